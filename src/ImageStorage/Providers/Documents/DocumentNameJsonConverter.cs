namespace ImageStorage.Providers;

/// <summary>
/// Reads and writes a <see cref="DocumentName"/> as JSON text. <c>default(DocumentName)</c>, which names no document,
/// cannot be written.
/// </summary>
public sealed class DocumentNameJsonConverter : TextJsonConverter<DocumentName>
{
    private protected override DocumentName Parse(string text) => new(text);

    private protected override string Format(DocumentName value) => value.Value;
}
