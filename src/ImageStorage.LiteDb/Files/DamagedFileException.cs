namespace ImageStorage.LiteDb.Files;

/// <summary>A file of the store does not hold what was written to it.</summary>
/// <param name="reason">What is wrong, as a clause.</param>
internal sealed class DamagedFileException(string reason) : IOException(reason);
