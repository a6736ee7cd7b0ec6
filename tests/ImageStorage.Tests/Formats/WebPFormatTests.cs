using ImageStorage.Providers;
using ImageStorage.Testing;
using static ImageStorage.Tests.Formats.Bytes;
using static ImageStorage.Tests.Formats.WebPParts;

namespace ImageStorage.Tests.Formats;

public sealed class WebPFormatTests
{
    private const byte Animated = 0x02;

    // From the start of a file with one chunk: RIFF header 12, chunk header 8.
    private const int FirstBody = 20;

    private static ImageHeaderResult Read(params byte[][] chunks) => ImageFormats.WebP.ReadWhole(Make(chunks));

    [TestCase(1, 1)]
    [TestCase(16_383, 16_383)]
    public void ReadHeader_of_a_lossy_image_has_its_dimensions(int width, int height) => Read(Vp8(width, height)).ShouldBe(width, height);

    [Test]
    public void ReadHeader_of_a_lossy_image_ignores_the_scale_for_display() => Read(Vp8(10 | 0x4000, 20 | 0xC000)).ShouldBe(10, 20);

    [TestCase(1, 1)]
    [TestCase(16_384, 16_384)]
    public void ReadHeader_of_a_lossless_image_has_its_dimensions(int width, int height) =>
        ImageFormats.WebP.ReadWhole(SampleImages.WebP(width, height)).ShouldBe(width, height);

    [Test]
    public void ReadHeader_of_a_lossy_bitstream_that_does_not_begin_a_picture_refuses()
    {
        byte[] sound = Make(Vp8(10, 20));
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody, (byte)(sound[FirstBody] | 1))).ShouldBeInvalid("key frame");
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody, (byte)(sound[FirstBody] | (4 << 1)))).ShouldBeInvalid("key frame");
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody, (byte)(sound[FirstBody] & ~0x10))).ShouldBeInvalid("key frame");
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody + 2, 0x7F)).ShouldBeInvalid("fits its chunk");
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody + 3, 0)).ShouldBeInvalid("start code");
        Read(Vp8(0, 20)).ShouldBeInvalid("0 x 20");
        Read(Vp8(10, 0x4000)).ShouldBeInvalid("10 x 0");
    }

    [Test]
    public void ReadHeader_of_a_lossless_bitstream_with_wrong_signature_or_version_refuses()
    {
        byte[] sound = SampleImages.WebP();
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody, 0x2E)).ShouldBeInvalid("signature or version");
        ImageFormats.WebP.ReadWhole(sound.With(FirstBody + 4, (byte)(sound[FirstBody + 4] | 0x20))).ShouldBeInvalid("signature or version");
    }

    [Test]
    public void ReadHeader_of_the_largest_canvas_has_its_dimensions_and_a_larger_one_is_refused()
    {
        Read(Vp8X(1 << 24, 255, Animated), AnimationFrame(0, 0, 1, 1)).ShouldBe(1 << 24, 255);
        Read(Vp8X(1 << 24, 256, Animated), AnimationFrame(0, 0, 1, 1)).ShouldBeInvalid("2^32");
    }

    [Test]
    public void ReadHeader_of_an_extended_file_needs_an_image()
    {
        Read(Vp8X(5, 5)).ShouldBeInvalid("no image data");
        Read(Vp8X(5, 5), RiffChunk("ICCP", 1), RiffChunk("EXIF", 1)).ShouldBeInvalid("no image data");
        Read(Vp8X(5, 5, Animated), RiffChunk("ANIM", new byte[6])).ShouldBeInvalid("no image data");
    }

    [Test]
    public void ReadHeader_of_an_image_that_does_not_fill_its_canvas_refuses() =>
        Read(Vp8X(5, 5), Vp8(5, 6)).ShouldBeInvalid("does not fill its canvas");

    [Test]
    public void ReadHeader_of_a_frame_beyond_the_canvas_refuses()
    {
        Read(Vp8X(50, 60, Animated), AnimationFrame(0, 0, 50, 60)).ShouldBe(50, 60);
        Read(Vp8X(50, 60, Animated), AnimationFrame(1, 0, 49, 60)).ShouldBeInvalid("beyond the canvas");
        Read(Vp8X(50, 60, Animated), AnimationFrame(0, 1, 50, 59)).ShouldBeInvalid("beyond the canvas");
        Read(Vp8X(50, 60, Animated), AnimationFrame(0xFFFFFF, 0xFFFFFF, 1 << 24, 1 << 24)).ShouldBeInvalid("beyond the canvas");
    }

    [Test]
    public void ReadHeader_of_chunks_in_the_wrong_place_refuses()
    {
        Read(RiffChunk("ICCP", 1), Vp8(5, 5)).ShouldBeInvalid("first chunk is ICCP");
        Read(RiffChunk("ALPH", 1), Vp8(5, 5)).ShouldBeInvalid("first chunk is ALPH");
        Read(Vp8X(5, 5), Vp8X(5, 5), Vp8(5, 5)).ShouldBeInvalid("VP8X");
        Read(RiffChunk("VP8X", new byte[12]), Vp8(1, 1)).ShouldBeInvalid("VP8X");
        Read(RiffChunk("VP8X", new byte[9]), Vp8(1, 1)).ShouldBeInvalid("too few");
        Read().ShouldBeInvalid("no image data");
    }

    [Test]
    public void ReadHeader_of_a_container_longer_than_the_content_refuses_and_of_a_shorter_one_ignores_the_rest()
    {
        byte[] sound = Make(Vp8(10, 20));
        ImageFormats.WebP.ReadWhole(sound[..^1]).ShouldBeInvalid("cut off");
        ImageFormats.WebP.ReadHeader(sound, contentEnds: false, sound.Length - 1).ShouldBe(10, 20);
        ImageFormats.WebP.ReadHeader(sound.AsSpan(0, sound.Length - 2), contentEnds: false, sound.Length - 1).ShouldBeInvalid("cut off");
        ImageFormats.WebP.ReadWhole([.. sound, .. new byte[700]]).ShouldBe(10, 20);
    }

    [Test]
    public void ReadHeader_of_a_chunk_beyond_its_container_refuses()
    {
        byte[] content = [.. Make(Vp8(10, 20)), .. new byte[700]];
        ImageFormats.WebP.ReadWhole(content.With(16, U32Little(600))).ShouldBeInvalid("beyond the RIFF container");
        ImageFormats.WebP.ReadWhole(content.With(16, U32Little(uint.MaxValue))).ShouldBeInvalid("beyond the RIFF container");
    }

    [Test]
    public void ReadHeader_of_a_large_alpha_plane_does_not_wait_for_the_colours()
    {
        byte[] content = Make(Vp8X(50, 60, 0x10), RiffChunk("ALPH", new byte[700_000]), Vp8(50, 60));
        ImageFormats.WebP.ReadHeader(content.AsSpan(0, 1024), contentEnds: false, content.Length).ShouldBe(50, 60);
    }
}
