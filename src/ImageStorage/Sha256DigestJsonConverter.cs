namespace ImageStorage;

/// <summary>Reads and writes a <see cref="Sha256Digest"/> as JSON text of 64 hexadecimal digits.</summary>
public sealed class Sha256DigestJsonConverter : TextJsonConverter<Sha256Digest>
{
    private protected override Sha256Digest Parse(string text) =>
        Sha256Digest.TryParse(text, out var digest) ? digest : throw new FormatException("A SHA-256 digest is 64 hexadecimal digits.");

    private protected override string Format(Sha256Digest value) => value.ToString();
}
