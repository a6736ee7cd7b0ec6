namespace ImageStorage.Formats;

/// <summary>
/// WebP, RFC 9649 (container and lossless bitstream) and RFC 6386 (VP8); see <see cref="WebPScanner"/>.
/// </summary>
internal sealed class WebPFormat : ScannedFormat
{
    public override string Name => "WebP";

    public override string ContentType => "image/webp";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".webp"]);

    public override int SignatureLength => WebPScanner.RiffHeaderSize;

    public override bool Matches(ReadOnlySpan<byte> head) => WebPScanner.HasSignature(head);

    protected override HeaderScanner CreateScanner() => new WebPScanner();
}
