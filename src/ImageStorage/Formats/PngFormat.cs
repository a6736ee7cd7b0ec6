namespace ImageStorage.Formats;

/// <summary>
/// PNG and APNG, W3C "Portable Network Graphics (PNG) Specification (Third Edition)"; see <see cref="PngScanner"/>.
/// </summary>
internal sealed class PngFormat : ScannedFormat
{
    public override string Name => "PNG";

    public override string ContentType => "image/png";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".png", ".apng"]);

    public override int SignatureLength => PngScanner.SignatureSize;

    public override bool Matches(ReadOnlySpan<byte> head) => PngScanner.HasSignature(head);

    protected override HeaderScanner CreateScanner() => new PngScanner();
}
