namespace ImageStorage.Hybrid;

/// <summary>What a save or a delete found under its key.</summary>
/// <param name="Record">The record as the catalog has it; null when there is none or it cannot be read.</param>
/// <param name="IsDamaged">Is there a record that cannot be read?</param>
internal readonly record struct ReplacedVersion(ImageInfo? Record, bool IsDamaged)
{
    /// <summary>The bytes in the content store that the record names.</summary>
    public ContentReference? Reference => ContentReference.In(Record?.Encoding);
}
