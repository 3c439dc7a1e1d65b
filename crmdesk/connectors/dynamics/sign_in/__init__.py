"""The ways to sign in to Dynamics 365: Microsoft's identity platform."""
