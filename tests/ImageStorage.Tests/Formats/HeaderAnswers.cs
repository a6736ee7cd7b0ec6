using ImageStorage.Formats;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

/// <summary>Reads headers in tests, and checks the results.</summary>
internal static class HeaderAnswers
{
    /// <summary>Returns the result for the complete content.</summary>
    public static ImageHeaderResult ReadWhole(this ImageFormat format, byte[] content) => format.ReadHeader(content, contentEnds: true, content.Length);

    public static void ShouldBe(this ImageHeaderResult result, int width, int height) =>
        Assert.That((result.State, result.Header), Is.EqualTo((ImageHeaderState.Complete, new ImageHeader(width, height))), result.ToString());

    public static void ShouldBeUnsupported(this ImageHeaderResult result, string reasonPart)
    {
        Assert.That(result.State, Is.EqualTo(ImageHeaderState.Unsupported), result.ToString());
        Assert.That(result.Reason, Does.Contain(reasonPart));
    }

    public static void ShouldBeInvalid(this ImageHeaderResult result, string reasonPart)
    {
        Assert.That(result.State, Is.EqualTo(ImageHeaderState.Invalid), result.ToString());
        Assert.That(result.Reason, Does.Contain(reasonPart));
    }

    /// <summary>
    /// Reads like a save, in pieces of the given lengths. The last pieces may be longer than the remaining content.
    /// </summary>
    public static ImageHeaderResult ReadPieces(this ImageFormat format, ReadOnlySpan<byte> content, bool lengthKnown, IEnumerable<int> lengths)
    {
        var scanned = (ScannedFormat)format;
        HeaderScanner scanner = scanned.Rent(lengthKnown ? content.Length : null);
        int at = 0;
        foreach (int length in lengths)
        {
            // The scanner must not keep the memory of a piece.
            byte[] piece = content.Slice(at, Math.Min(length, content.Length - at)).ToArray();
            scanner.Feed(piece);
            piece.AsSpan().Fill(0xDD);
            at += piece.Length;
        }

        Assert.That(at, Is.EqualTo(content.Length), "the pieces are the content");
        scanner.End(content.Length);
        ImageHeaderResult result = scanner.Result;
        scanned.Return(scanner);
        return result;
    }

    /// <summary>Reads like a caller that passes exactly the required number of bytes, beginning with none.</summary>
    public static ImageHeaderResult ReadByNeed(this ImageFormat format, byte[] content, bool lengthKnown)
    {
        int head = 0;
        while (true)
        {
            ImageHeaderResult result = format.ReadHeader(
                content.AsSpan(0, head), contentEnds: head == content.Length, lengthKnown ? content.Length : null);
            if (result.State != ImageHeaderState.NeedMore)
            {
                return result;
            }

            Assert.That(result.RequiredLength, Is.GreaterThan(head), "a need for more must be for more");
            head = (int)Math.Min(result.RequiredLength, content.Length);
        }
    }
}
