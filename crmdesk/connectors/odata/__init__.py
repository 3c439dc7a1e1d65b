"""Any OData v4 service, a hundred rows in a `$batch` where it takes one; services of OData 2 are read."""
