namespace ImageStorage.Hybrid;

/// <summary>The record that a save or delete has found under its key.</summary>
/// <param name="Record">The record in the catalog; <see langword="null"/> if the image does not exist or the record is
/// damaged.</param>
/// <param name="IsDamaged">Whether a damaged record exists.</param>
internal readonly record struct ReplacedVersion(ImageInfo? Record, bool IsDamaged)
{
    /// <summary>Gets the content that the record refers to.</summary>
    public ContentReference? Reference => ContentReference.In(Record?.Encoding);
}
