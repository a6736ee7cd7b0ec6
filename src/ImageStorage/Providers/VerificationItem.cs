namespace ImageStorage.Providers;

/// <summary>A finding of a verification.</summary>
/// <param name="Status">The status.</param>
/// <param name="Name">The key of the image if it is known; otherwise the name of the item, relative to the
/// store.</param>
/// <param name="Bytes">The number of bytes that were read.</param>
/// <param name="Detail">A description of the damage; null for a sound item.</param>
public sealed record VerificationItem(VerificationStatus Status, string Name, long Bytes, string? Detail = null)
{
    /// <summary>
    /// Returns the finding for an image whose stored bytes match their hashes: sound, or not decodable if the bytes are
    /// encoded.
    /// </summary>
    /// <param name="name">The key of the image.</param>
    /// <param name="bytes">The number of bytes that were read.</param>
    /// <param name="encoding">The encoding in the record; null for none.</param>
    public static VerificationItem OfMatching(string name, long bytes, ImageEncoding? encoding) => encoding is null
        ? new VerificationItem(VerificationStatus.Sound, name, bytes)
        : new VerificationItem(VerificationStatus.NotDecodable, name, bytes, $"{StoredEncoding.Describe(encoding)}; {StoredEncoding.Remedy(encoding)}");
}
