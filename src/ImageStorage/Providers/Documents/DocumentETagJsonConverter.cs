namespace ImageStorage.Providers;

/// <summary>Reads and writes a <see cref="DocumentETag"/> as JSON text.</summary>
public sealed class DocumentETagJsonConverter : TextJsonConverter<DocumentETag>
{
    private protected override DocumentETag Parse(string text) => new(text);

    private protected override string Format(DocumentETag value) => value.Value ?? string.Empty;
}
