"""The public door: is this letter genuine, how does one apply, is the node well."""
