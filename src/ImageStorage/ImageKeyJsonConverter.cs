namespace ImageStorage;

/// <summary>
/// Reads and writes an <see cref="ImageKey"/> as JSON text. <c>default(ImageKey)</c>, which names no image, cannot be
/// written.
/// </summary>
public sealed class ImageKeyJsonConverter : TextJsonConverter<ImageKey>
{
    private protected override ImageKey Parse(string text) => new(text);

    private protected override string Format(ImageKey value) => value.Value;
}
