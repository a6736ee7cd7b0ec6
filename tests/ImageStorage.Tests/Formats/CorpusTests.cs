using System.Globalization;
using ImageStorage.Formats;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

/// <summary>
/// Real images, with the dimensions, the orientation and the number of frames of other programs (Pillow 9.4 and exiftool
/// 12.57, for AVIF avifdec 0.11.1). An image without further words has one frame and states no orientation.
/// Differences on purpose: the programs find an orientation in XMP (chelsea, horse), count the gain map of a JPEG as a
/// frame (seine), and count the frames of a GIF that is cut off.
/// </summary>
public sealed class CorpusTests
{
    private static readonly Dictionary<string, string> Valid = new()
    {
        ["codec-corpus__kodak_23.png"] = "PNG 768x512",
        ["codec-corpus__kodak_5.png"] = "PNG 768x512",
        ["exif-orientation-examples__Landscape_1.jpg"] = "JPEG 1800x1200, TopLeft",
        ["exif-orientation-examples__Landscape_3.jpg"] = "JPEG 1800x1200, BottomRight",
        ["exif-orientation-examples__Landscape_5.jpg"] = "JPEG 1200x1800, LeftTop",
        ["exif-orientation-examples__Landscape_6.jpg"] = "JPEG 1200x1800, RightTop",
        ["exif-orientation-examples__Landscape_8.jpg"] = "JPEG 1200x1800, LeftBottom",
        ["exif-orientation-examples__Portrait_1.jpg"] = "JPEG 1200x1800, TopLeft",
        ["exif-orientation-examples__Portrait_2.jpg"] = "JPEG 1200x1800, TopRight",
        ["exif-orientation-examples__Portrait_4.jpg"] = "JPEG 1200x1800, BottomLeft",
        ["exif-orientation-examples__Portrait_6.jpg"] = "JPEG 1800x1200, RightTop",
        ["exif-orientation-examples__Portrait_7.jpg"] = "JPEG 1800x1200, RightBottom",
        ["libavif__colors-animated-8bpc.avif"] = "AVIF 150x150, 5 frames",
        ["libavif__dog_exif_extended_xmp_icc.jpg"] = "JPEG 4032x3024, RightTop",
        ["libavif__io_kodim03_yuv420_8bpc.avif"] = "AVIF 768x512",
        ["libavif__io_kodim23_yuv420_8bpc.avif"] = "AVIF 768x512",
        ["libavif__paris_exif_orientation_5.jpg"] = "JPEG 403x302, LeftTop",
        ["libavif__paris_exif_xmp_icc.jpg"] = "JPEG 403x302, TopLeft",
        ["libavif__paris_icc_exif_xmp.avif"] = "AVIF 403x302",
        ["libavif__seine_sdr_gainmap_srgb.jpg"] = "JPEG 400x300",
        ["libavif__white_1x1.avif"] = "AVIF 1x1",
        ["libjpeg-turbo__testimages_testimgari.jpg"] = "JPEG 227x149",
        ["libjpeg-turbo__testimages_testimgint.jpg"] = "JPEG 227x149",
        ["libjpeg-turbo__testimages_testorig.jpg"] = "JPEG 227x149",
        ["libjpeg-turbo__testimages_vgl_5674_0098.png"] = "PNG 120x96",
        ["pngsuite__png_basi6a16.png"] = "PNG 32x32",
        ["pngsuite__png_basn0g01.png"] = "PNG 32x32",
        ["pngsuite__png_basn2c16.png"] = "PNG 32x32",
        ["pngsuite__png_basn3p08.png"] = "PNG 32x32",
        ["pngsuite__png_basn4a16.png"] = "PNG 32x32",
        ["pngsuite__png_basn6a08.png"] = "PNG 32x32",
        ["pngsuite__png_ct1n0g04.png"] = "PNG 32x32",
        ["pngsuite__png_exif2c08.png"] = "PNG 32x32, TopLeft",
        ["pngsuite__png_oi9n2c16.png"] = "PNG 32x32",
        ["pngsuite__png_tbbn3p08.png"] = "PNG 32x32",
        ["scikit-image__astronaut.png"] = "PNG 512x512",
        ["scikit-image__camera.png"] = "PNG 512x512",
        ["scikit-image__chelsea.png"] = "PNG 451x300",
        ["scikit-image__coffee.png"] = "PNG 600x400",
        ["scikit-image__horse.png"] = "PNG 400x328",
        ["scikit-image__hubble_deep_field.jpg"] = "JPEG 1000x872, TopLeft",
        ["scikit-image__retina.jpg"] = "JPEG 1411x1411",
        ["scikit-image__rocket.jpg"] = "JPEG 640x427",
        ["wuffs__animated-red-blue.apng"] = "PNG 64x48, 4 frames",
        ["wuffs__animated-red-blue.gif"] = "GIF 64x48, 4 frames",
        ["wuffs__bricks-color.jpeg"] = "JPEG 160x120",
        ["wuffs__bricks-color.lossless.webp"] = "WebP 160x120",
        ["wuffs__bricks-color.lossy.webp"] = "WebP 160x120",
        ["wuffs__bricks-color.png"] = "PNG 160x120",
        ["wuffs__bricks-gray.jpeg"] = "JPEG 160x120",
        ["wuffs__bricks-gray.png"] = "PNG 160x120",
        ["wuffs__harvesters.jpeg"] = "JPEG 1165x859",
        ["wuffs__harvesters.lossy.webp"] = "WebP 1165x859",
        ["wuffs__hat.gif"] = "GIF 90x112",
        ["wuffs__hat.jpeg"] = "JPEG 90x112",
        ["wuffs__hat.lossless.webp"] = "WebP 90x112",
        ["wuffs__hat.png"] = "PNG 90x112",
        ["wuffs__hibiscus.regular.jpeg"] = "JPEG 312x442",
        ["wuffs__hibiscus.regular.lossless.webp"] = "WebP 312x442",
        ["wuffs__hibiscus.regular.lossy.webp"] = "WebP 312x442",
        ["wuffs__hibiscus.regular.png"] = "PNG 312x442",
        ["wuffs__hippopotamus.interlaced.gif"] = "GIF 36x28",
        ["wuffs__hippopotamus.interlaced.png"] = "PNG 36x28",
        ["wuffs__hippopotamus.jpeg"] = "JPEG 36x28",
        ["wuffs__hippopotamus.lossy.webp"] = "WebP 36x28",
        ["wuffs__muybridge.gif"] = "GIF 30x20, 15 frames",
        ["wuffs__peacock.default.jpeg"] = "JPEG 100x75",
        ["wuffs__peacock.grayscale.jpeg"] = "JPEG 100x75",
        ["wuffs__peacock.png"] = "PNG 100x75",
        ["wuffs__peacock.progressive.jpeg"] = "JPEG 100x75",
        ["wuffs__peacock.q99.jpeg"] = "JPEG 100x75",
        ["wuffs__peacock.s-very-weird.jpeg"] = "JPEG 100x75",
    };

    private static readonly Dictionary<string, string> Refused = new()
    {
        ["libavif__sofa_grid1x5_420_dimg_repeat.avif"] = "twice in the grid",
        ["libpng__contrib_testpngs_crashers_huge_IDAT.png"] = "chunk IDAT at byte 33 reaches",
        ["libpng__contrib_testpngs_crashers_huge_eXIf_chunk.png"] = "chunk eXIf at byte 33 reaches",
        ["pngsuite__png_xc1n0g08.png"] = "colour type 1",
        ["pngsuite__png_xc9n2c08.png"] = "colour type 9",
        ["pngsuite__png_xcrn0g04.png"] = "signature is damaged",
        ["pngsuite__png_xd0n2c08.png"] = "bit depth 0",
        ["pngsuite__png_xd3n2c08.png"] = "bit depth 3",
        ["pngsuite__png_xdtn0g01.png"] = "no image data",
        ["pngsuite__png_xhdn0g08.png"] = "checksum",
        ["pngsuite__png_xlfn0g04.png"] = "signature is damaged",
        ["pngsuite__png_xs1n0g01.png"] = "signature is damaged",
        ["pngsuite__png_xs2n0g01.png"] = "signature is damaged",
        ["pngsuite__png_xs4n0g01.png"] = "signature is damaged",
        ["pngsuite__png_xs7n0g01.png"] = "signature is damaged",
        ["wuffs__artificial-gif_no-frames.gif"] = "no frame",
        ["wuffs__artificial-jpeg_hippopotamus-bad-comment-length.jpeg"] = "length 0",
        ["wuffs__hippopotamus.interlaced.truncated.png"] = "cut off",
        ["wuffs__hippopotamus.regular.truncated.png"] = "cut off",
    };

    /// <summary>Images with damaged data after a sound header. Only decoding would find the damage.</summary>
    private static readonly Dictionary<string, string> SoundHeader = new()
    {
        ["libpng__contrib_testpngs_crashers_badadler.png"] = "PNG 1x1",
        ["libpng__contrib_testpngs_crashers_badcrc.png"] = "PNG 1x1",
        ["pngsuite__png_xcsn0g01.png"] = "PNG 32x32",
        ["wuffs__artificial-gif_pixel-data-not-enough.gif"] = "GIF 2x2",
        ["wuffs__artificial-gif_pixel-data-too-much-bad-lzw.gif"] = "GIF 2x2",
        ["wuffs__hippopotamus.interlaced.truncated.gif"] = "GIF 36x28, unknown frames",
        ["wuffs__peacock.default.truncated.jpeg"] = "JPEG 100x75",
        ["wuffs__peacock.progressive.truncated.jpeg"] = "JPEG 100x75",
    };

    /// <summary>Images of issues, with the expected header or the reason of the refusal.</summary>
    private static readonly Dictionary<string, string> Faults = new()
    {
        ["avif-ispe-1x1.avif"] = "AVIF 1x1, largest 722x1024",
        ["bmp-os2-hotspot-not-named.bmp"] = "it looks like BMP",
        ["gif-1x1-screen-frame-65535.gif"] = "GIF 1x1, largest 65535x65535",
        ["gif-1x1-second-frame-65535.gif"] = "GIF 1x1, largest 65535x65535",
        ["heif-called-video-avci.heif"] = "it looks like HEIF with AVC (H.264): convert it to JPEG or AVIF",
        ["jpeg-cmyk-swop-icc-557168.jpg"] = "JPEG 140x140",
        ["jpeg-looks-like-jpeg.jpg"] = "it begins as a JPEG (0xFFD8), but 0x4B follows instead of a marker (0xFF), so it is damaged",
        ["jpeg-scan-component-not-in-frame.jpg"] = "the first scan (SOS) has component 3 twice",
        ["png-chunk-before-ihdr.png"] = "the first chunk must be the header (IHDR) of 13 bytes, and it is fAKE of 0 bytes",
    };

    [Test]
    public void ReadHeader_of_every_image_of_an_issue_says_what_it_is()
    {
        foreach ((string name, byte[] content) in Corpus.Require("faults"))
        {
            Assert.That(Answer(content), Does.Contain(Faults.GetValueOrDefault(name, "a description of this file")), name);
        }
    }

    [Test]
    public void ReadHeader_of_every_valid_image_is_described_as_by_other_programs()
    {
        foreach ((string name, byte[] content) in Corpus.Require("valid"))
        {
            string expected = Valid.GetValueOrDefault(name, "it looks like SVG");
            Assert.That(Answer(content), Is.EqualTo(expected), name);
        }
    }

    [Test]
    public void ReadHeader_of_every_broken_image_refuses_it_for_its_reason_or_finds_its_header_sound()
    {
        foreach ((string name, byte[] content) in Corpus.Require("broken"))
        {
            string answer = Answer(content);
            Assert.That(answer, SoundHeader.TryGetValue(name, out string? header) ? Is.EqualTo(header) : Does.Contain(Refused.GetValueOrDefault(name, "a reason for this file")), name);
        }
    }

    [Test]
    public void ReadHeader_of_real_images_gives_the_same_answer_byte_by_need()
    {
        foreach ((string name, byte[] content) in Corpus.Require("valid").Concat(Corpus.Require("broken")))
        {
            if (ImageSniffer.Detect(ImageFormats.Default, content) is { } format)
            {
                ImageHeaderResult whole = format.ReadWhole(content);
                ImageHeaderResult byNeed = format.ReadByNeed(content, lengthKnown: true);
                Assert.That((byNeed.State, byNeed.Header), Is.EqualTo((whole.State, whole.Header)), name);
            }
        }
    }

    private static string Largest(ImageHeaderResult result) =>
        result.Largest.PixelCount > result.Header.PixelCount ? $", largest {result.Largest.Width}x{result.Largest.Height}" : string.Empty;

    private static string Facts(ImageHeaderResult result) =>
        (result.Orientation is { } orientation ? $", {orientation}" : string.Empty) + (result.FrameCount == 1 ? string.Empty : $", {result.FrameCount?.ToString(CultureInfo.InvariantCulture) ?? "unknown"} frames");

    private static string Answer(byte[] content)
    {
        if (ImageSniffer.Detect(ImageFormats.Default, content) is not { } format)
        {
            return ImageSniffer.Describe(content);
        }

        ImageHeaderResult result = format.ReadWhole(content);
        return result.State == ImageHeaderState.Complete ? $"{format} {result.Header.Width}x{result.Header.Height}{Largest(result)}{Facts(result)}" : result.ToString();
    }
}
