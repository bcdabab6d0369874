"""Drawing a procedure: `graph` says what to draw, `layout` where, `law.diagram` writes it down as SVG or Mermaid."""
