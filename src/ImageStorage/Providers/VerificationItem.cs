namespace ImageStorage.Providers;

/// <summary>What a verification found out about one stored thing.</summary>
/// <param name="Status">Sound, or what is wrong.</param>
/// <param name="Name">The key of the image where it is known, else where the thing lies, relative to the store.</param>
/// <param name="Bytes">How many bytes were read.</param>
/// <param name="Detail">What exactly is wrong, or null when nothing is.</param>
public sealed record VerificationItem(VerificationStatus Status, string Name, long Bytes, string? Detail = null);
