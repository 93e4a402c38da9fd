"""The HTTP edge: shapes, versions, errors, authentication. Rules live below."""
