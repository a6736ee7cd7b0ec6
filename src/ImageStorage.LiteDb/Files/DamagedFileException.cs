namespace ImageStorage.LiteDb.Files;

/// <summary>The content of a file of the store is not the content that was written.</summary>
/// <param name="reason">The damage, as a clause.</param>
internal sealed class DamagedFileException(string reason) : IOException(reason);
