namespace ImageStorage.Formats;

/// <summary>JPEG, ITU-T T.81; see <see cref="JpegScanner"/> for what is read and what is refused.</summary>
internal sealed class JpegFormat : ScannedFormat
{
    public override string Name => "JPEG";

    public override string ContentType => "image/jpeg";

    public override IReadOnlyList<string> FileExtensions { get; } = Array.AsReadOnly([".jpg", ".jpeg", ".jpe", ".jfif"]);

    public override int SignatureLength => JpegScanner.StartSize;

    public override bool Matches(ReadOnlySpan<byte> head) => JpegScanner.IsStart(head);

    protected override HeaderScanner CreateScanner() => new JpegScanner();
}
