namespace ImageStorage.LiteDb.Files;

/// <summary>The file system does not exclude a second owner.</summary>
internal sealed class LocksMissingException() : IOException("The file system has no locks.");
