namespace ImageStorage.LiteDb.Files;

/// <summary>The files of an open store are no longer at its path: they were moved or deleted, or their file system was unmounted or mounted over.</summary>
internal sealed class StoreGoneException(string? message = null) : IOException(message ?? "The database is no longer at its path.");
