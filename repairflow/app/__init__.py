"""Assembly: wires settings, database, law, letters, gateway and entry points into one program. It holds no rule."""
