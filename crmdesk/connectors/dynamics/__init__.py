"""Microsoft Dynamics 365: the Web API of Dataverse, on top of the OData core."""
