"""RepairFlow: case management for credit repair and objections in China's public credit system."""

__version__ = "0.1.0"
