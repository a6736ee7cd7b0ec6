using System.Buffers.Binary;
using ImageStorage.Providers;

namespace ImageStorage.Samples.Tests.Snippets;

public sealed class BmpFormat : ImageFormat
{
    public override string Name => "BMP";

    public override string ContentType => "image/bmp";

    public override IReadOnlyList<string> FileExtensions => [".bmp"];

    public override int SignatureLength => 2;

    public override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith("BM"u8);

    public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength)
    {
        if (head.Length < 26)
        {
            return contentEnds ? ImageHeaderResult.Invalid("the header is cut off") : ImageHeaderResult.NeedMore(26);
        }

        var (width, height) = (BinaryPrimitives.ReadInt32LittleEndian(head[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(head[22..])));
        return width > 0 && height is > 0 and <= int.MaxValue
            ? ImageHeaderResult.Complete(width, (int)height)
            : ImageHeaderResult.Invalid("the dimensions are not positive");
    }
}
