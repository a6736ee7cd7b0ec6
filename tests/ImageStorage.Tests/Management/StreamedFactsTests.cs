using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Formats;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Management;

/// <summary>
/// Orientation and number of frames are in the record, also if they are known only when the content has been read. A
/// content that is read again is counted again.
/// </summary>
public class StreamedFactsTests
{
    private const int Long = 300_000;

    // The first 128 KiB of each image do not show all of its facts.
    private static readonly Dictionary<string, (byte[] Content, ImageOrientation? Orientation, int? FrameCount)> Images = new()
    {
        ["GIF"] = (Gif(3), null, 3),
        ["APNG"] = (PngParts.Make(
            PngParts.Header(4, 4), Chunk("eXIf", ExifParts.Make(6)), Chunk("acTL", 0, 0, 0, 2, 0, 0, 0, 0), PngParts.Frame(4, 4), Chunk("IDAT", new byte[Long]), PngParts.Frame(2, 2), Chunk("fdAT", new byte[Long])), ImageOrientation.RightTop, 2),
        ["WebP"] = (WebPParts.Make(WebPParts.Vp8X(4, 4, 0x08), WebPParts.Vp8(4, 4), RiffChunk("abcd", new byte[Long]), RiffChunk("EXIF", ExifParts.Make(8))), ImageOrientation.LeftBottom, 1),
        ["animated WebP"] = (WebPParts.Make(
            WebPParts.Vp8X(4, 4, 0x0A), WebPParts.AnimationFrame(0, 0, 4, 4), RiffChunk("abcd", new byte[Long]), WebPParts.AnimationFrame(0, 0, 4, 4), RiffChunk("EXIF", ExifParts.Make(3))), ImageOrientation.BottomRight, 2),
        ["AVIF"] = (AvifParts.Animation(5, between: Box("free", new byte[Long])), null, 5),
        ["JPEG"] = (JpegParts.Make(JpegParts.Frame(0xC0, 4, 4, 1), [.. Enumerable.Repeat(Segment(0xE2, new byte[65_000]), 4), ExifParts.Segment(5)]), ImageOrientation.LeftTop, 1),
    };

    private static string[] Names() => [.. Images.Keys];

    [Test]
    public async Task Facts_after_the_first_bytes_are_recorded([ValueSource(nameof(Names))] string name, [Values(0, 1, 2)] int source)
    {
        var (content, orientation, frameCount) = Images[name];
        var provider = new WatchingProvider();
        using var storage = new ImageStorageManager(provider);
        await using var seekable = new MemoryStream(content);
        await using var stream = new SourceStream(content);

        var info = source switch
        {
            0 => await storage.SaveBytesAsync("a", content),
            1 => await storage.SaveAsync("a", seekable),
            _ => await storage.SaveAsync("a", stream),
        };

        Assert.That((info.Orientation, info.FrameCount, info.IsAnimated), Is.EqualTo((orientation, frameCount, frameCount > 1)));
        Assert.That(provider.Before.Orientation, Is.Null.Or.EqualTo(orientation));
        Assert.That(provider.Before.FrameCount, Is.Null.Or.EqualTo(frameCount));
        Assert.That(provider.Before, Is.Not.EqualTo((orientation, frameCount)), "the facts are known late");
        Assert.That(await storage.GetInfoAsync("a"), Is.EqualTo(info));
    }

    [Test]
    public async Task Facts_in_the_first_bytes_are_known_before_the_content_is_read([Values] bool isStream)
    {
        var content = JpegParts.Make(JpegParts.Frame(0xC0, 9, 8, 1), ExifParts.Segment(6));
        var provider = new WatchingProvider();
        using var storage = new ImageStorageManager(provider);
        await using var stream = new SourceStream(content);

        var info = await (isStream ? storage.SaveAsync("a", stream) : storage.SaveBytesAsync("a", content));

        Assert.That(provider.Before, Is.EqualTo(((ImageOrientation?)ImageOrientation.RightTop, (int?)1)));
        Assert.That((info.Orientation, info.FrameCount, info.Width, info.Height), Is.EqualTo(((ImageOrientation?)ImageOrientation.RightTop, (int?)1, 9, 8)));
    }

    [Test]
    public async Task Content_that_is_read_again_is_counted_again([ValueSource(nameof(Names))] string name, [Values] bool inMemory, [Values(0, 1, 2, 4, int.MaxValue)] int piecesBefore)
    {
        var (content, orientation, frameCount) = Images[name];
        var provider = new RewindingProvider(new InMemoryImageProvider(), piecesBefore);
        using var storage = new ImageStorageManager(provider);
        await using var source = new MemoryStream(content);

        var info = await (inMemory ? storage.SaveBytesAsync("a", content) : storage.SaveAsync("a", source));

        Assert.That((info.Orientation, info.FrameCount), Is.EqualTo((orientation, frameCount)));
        Assert.That(provider.AfterRewind, Is.Not.EqualTo((orientation, frameCount)), "the facts of the first reading are forgotten");
    }

    // The frames that are stored count, not those that were read before.
    [Test]
    public async Task Content_that_has_changed_when_it_is_read_again_has_the_facts_of_the_second_reading([Values(2, int.MaxValue)] int piecesBefore, [Values] bool isCutOff)
    {
        var content = Gif(4);
        byte[] other = [.. isCutOff ? content[..^5] : Gif(3)];
        var changed = content.ToArray();
        other.CopyTo(changed, 0);
        changed.AsSpan(other.Length).Fill(0x21);
        await using var source = new MemoryStream(content);
        var provider = new RewindingProvider(new InMemoryImageProvider(), piecesBefore, () => changed.CopyTo(content, 0));
        using var storage = new ImageStorageManager(provider);

        var info = await storage.SaveAsync("a", source);

        Assert.That(info.FrameCount, Is.EqualTo(isCutOff ? null : 3));
    }

    [Test]
    public async Task Animation_that_is_cut_short_is_stored_without_a_number_of_frames([Values] bool isStream)
    {
        var content = Gif(3)[..^20];
        using var storage = new ImageStorageManager(new InMemoryImageProvider());
        await using var stream = new SourceStream(content);

        var info = await (isStream ? storage.SaveAsync("a", stream) : storage.SaveBytesAsync("a", content));

        Assert.That((info.FrameCount, info.IsAnimated, info.Width), Is.EqualTo(((int?)null, (bool?)null, 4)));
    }

    [Test]
    public async Task Source_that_fails_leaves_the_facts_of_the_stored_image()
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());
        var stored = await storage.SaveBytesAsync("a", Gif(3));
        await using var source = new FailingStream(Gif(9), failAt: 2 * Long);

        Assert.That(() => storage.SaveAsync("a", source), Throws.TypeOf<ImageSourceException>());

        Assert.That(await storage.GetInfoAsync("a"), Is.EqualTo(stored));
    }

    [Test]
    public async Task Layer_that_replaces_an_image_states_its_facts()
    {
        using var storage = new ImageStorageManager(new ReplacingProvider());

        var info = await storage.SaveBytesAsync("a", Gif(3));

        Assert.That((info.Width, info.Height, info.Orientation, info.FrameCount), Is.EqualTo((7, 6, (ImageOrientation?)ImageOrientation.TopLeft, (int?)1)));
    }

    [Test]
    public async Task Facts_of_a_format_of_the_application_are_recorded()
    {
        var options = new ImageStorageOptions();
        options.Validation.SetFormats([new FactsFormat()]);
        using var storage = new ImageStorageManager(new InMemoryImageProvider(), options);

        var info = await storage.SaveBytesAsync("a", "facts"u8.ToArray());

        Assert.That((info.Orientation, info.FrameCount), Is.EqualTo(((ImageOrientation?)ImageOrientation.RightBottom, (int?)12)));
    }

    /// <summary>A GIF of 4 x 4 with long comments between its frames.</summary>
    private static byte[] Gif(int frames)
    {
        byte[] comment = [0x21, 0xFE, .. Enumerable.Repeat((byte[])[255, .. new byte[255]], Long / 256).SelectMany(block => block), 0];
        return GifParts.Make(4, 4, [.. Enumerable.Repeat((byte[])[.. GifParts.Frame(4, 4), .. comment], frames)]);
    }

    private sealed class WatchingProvider() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        public (ImageOrientation? Orientation, int? FrameCount) Before { get; private set; }

        public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            Before = (request.Orientation, request.FrameCount);
            return base.PutAsync(request, cancellationToken);
        }
    }

    private sealed class ReplacingProvider() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
            base.PutAsync(request with { Width = 7, Height = 6, Orientation = ImageOrientation.TopLeft, FrameCount = 1 }, cancellationToken);
    }

    /// <summary>Returns a part of the bytes, and then fails.</summary>
    private sealed class FailingStream(byte[] bytes, int failAt) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position >= failAt ? throw new IOException("The source has failed.") : base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, failAt - Position)], cancellationToken);
    }

    private sealed class FactsFormat : ImageFormat
    {
        public override string Name => "facts";

        public override string ContentType => "image/facts";

        public override IReadOnlyList<string> FileExtensions => [".facts"];

        public override int SignatureLength => 5;

        public override bool Matches(ReadOnlySpan<byte> head) => head.StartsWith("facts"u8);

        public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength) =>
            ImageHeaderResult.Complete(2, 3) with { Orientation = ImageOrientation.RightBottom, FrameCount = 12 };
    }
}
