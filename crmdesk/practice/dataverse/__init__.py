"""The Dataverse dialect of the practice org: a local Dynamics 365 with the Web API's shapes, limits and refusals."""
