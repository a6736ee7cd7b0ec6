namespace ImageStorage.Providers;

/// <summary>What a verification found out about one stored thing.</summary>
/// <param name="Status">Sound, or what is wrong.</param>
/// <param name="Name">The key of the image where it is known, else where the thing lies, relative to the store.</param>
/// <param name="Bytes">How many bytes were read.</param>
/// <param name="Detail">What exactly is wrong, or null when nothing is.</param>
public sealed record VerificationItem(VerificationStatus Status, string Name, long Bytes, string? Detail = null)
{
    /// <summary>Returns the finding about an image whose stored bytes match their hashes: sound, or not decodable where the bytes are not those of the image.</summary>
    /// <param name="name">The key of the image.</param>
    /// <param name="bytes">How many bytes were read.</param>
    /// <param name="encoding">What the record says was done to the bytes before they were stored; null for nothing.</param>
    public static VerificationItem OfMatching(string name, long bytes, ImageEncoding? encoding) => encoding is null
        ? new VerificationItem(VerificationStatus.Sound, name, bytes)
        : new VerificationItem(VerificationStatus.NotDecodable, name, bytes, $"{StoredEncoding.Describe(encoding)}; {StoredEncoding.Remedy(encoding)}");
}
