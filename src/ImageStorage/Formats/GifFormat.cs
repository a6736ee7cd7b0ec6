namespace ImageStorage.Formats;

/// <summary>GIF, "Graphics Interchange Format, Version 89a" (CompuServe, 1990); see <see cref="GifScanner"/>.</summary>
internal sealed class GifFormat : ScannedFormat
{
    public override string Name => "GIF";

    public override string ContentType => "image/gif";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".gif"]);

    public override int SignatureLength => GifScanner.SignatureSize;

    public override bool Matches(ReadOnlySpan<byte> head) => GifScanner.HasSignature(head);

    protected override HeaderScanner CreateScanner() => new GifScanner();
}
