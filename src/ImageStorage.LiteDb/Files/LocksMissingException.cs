namespace ImageStorage.LiteDb.Files;

/// <summary>The file system does not keep a second owner out.</summary>
internal sealed class LocksMissingException() : IOException("The file system has no locks.");
