"""Pages and API: the frame of every page, and one blueprint for each kind of visitor. It holds no rule of law."""
