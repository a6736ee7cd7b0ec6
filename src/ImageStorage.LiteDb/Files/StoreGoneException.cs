namespace ImageStorage.LiteDb.Files;

/// <summary>
/// The files of an open store are no longer at its path: moved, deleted, replaced, or their volume was unmounted.
/// </summary>
internal sealed class StoreGoneException(string? message = null) : IOException(message ?? "The database is no longer at its path.");
