namespace ImageStorage;

/// <summary>
/// Reads and writes an <see cref="ImageETag"/> as JSON text, which is empty for <c>default(ImageETag)</c>.
/// </summary>
public sealed class ImageETagJsonConverter : TextJsonConverter<ImageETag>
{
    private protected override ImageETag Parse(string text) => text.Length == 0 ? default : new ImageETag(text);

    private protected override string Format(ImageETag value) => value.Value;
}
