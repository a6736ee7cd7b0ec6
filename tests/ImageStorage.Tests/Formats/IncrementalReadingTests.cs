using ImageStorage.Formats;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Formats;

/// <summary>Rules for every format that do not depend on how the bytes arrive.</summary>
[TestFixtureSource(typeof(FormatSamples), nameof(FormatSamples.All))]
internal sealed class IncrementalReadingTests(FormatSample sample)
{
    private readonly byte[] _content = sample.Content;

    [Test]
    public void ReadHeader_of_the_whole_has_the_dimensions_and_the_facts()
    {
        ImageHeaderResult result = sample.Format.ReadWhole(_content);
        Assert.That(
            (result.State, result.Header, result.Orientation, result.FrameCount),
            Is.EqualTo((ImageHeaderState.Complete, sample.Header, sample.Orientation, sample.FrameCount)));
    }

    [Test]
    public void ReadHeader_of_content_cut_at_any_byte_never_asks_for_more_and_never_invents_a_header()
    {
        for (int length = 0; length < _content.Length; length++)
        {
            ImageHeaderResult result = sample.Format.ReadHeader(_content.AsSpan(0, length), contentEnds: true, null);
            Assert.That(result.State, Is.Not.EqualTo(ImageHeaderState.NeedMore), $"cut at {length}");
            Assert.That(result.State == ImageHeaderState.Invalid || result.Header == sample.Header, Is.True, $"cut at {length}: {result}");
            Assert.That(result.State != ImageHeaderState.Invalid || result.Reason.Length > 0, Is.True, $"cut at {length}");
            RequireNoOtherFacts(result, $"cut at {length}");
        }
    }

    [Test]
    public void ReadHeader_of_any_head_asks_for_more_within_the_content_or_has_the_header([Values] bool lengthKnown)
    {
        for (int length = 0; length <= _content.Length; length++)
        {
            ImageHeaderResult result = sample.Format.ReadHeader(_content.AsSpan(0, length), contentEnds: false, lengthKnown ? _content.Length : null);
            if (result.State == ImageHeaderState.NeedMore)
            {
                Assert.That(result.RequiredLength, Is.GreaterThan(length).And.LessThanOrEqualTo(_content.Length), $"head of {length}");
            }
            else
            {
                Assert.That((result.State, result.Header), Is.EqualTo((ImageHeaderState.Complete, sample.Header)), $"head of {length}");
                RequireNoOtherFacts(result, $"head of {length}");
            }
        }
    }

    [Test]
    public void ReadHeader_fed_exactly_what_it_asks_for_has_the_header([Values] bool lengthKnown)
    {
        ImageHeaderResult result = sample.Format.ReadByNeed(_content, lengthKnown);
        Assert.That((result.State, result.Header, result.Largest), Is.EqualTo((ImageHeaderState.Complete, sample.Header, sample.Header)));
        RequireNoOtherFacts(result, "by need");
    }

    [Test]
    public void Scan_of_the_content_in_any_two_pieces_gives_the_result_of_the_whole([Values] bool lengthKnown)
    {
        ImageHeaderResult whole = sample.Format.ReadHeader(_content, contentEnds: true, null);
        for (int first = 0; first <= _content.Length; first++)
        {
            Assert.That(sample.Format.ReadPieces(_content, lengthKnown, [first, _content.Length - first]), Is.EqualTo(whole), $"split at {first}");
        }
    }

    [Test]
    public void Scan_of_single_bytes_gives_the_result_of_the_whole([Values(1, 2, 3, 7)] int length)
    {
        ImageHeaderResult whole = sample.Format.ReadHeader(_content, contentEnds: true, null);
        Assert.That(sample.Format.ReadPieces(_content, lengthKnown: false, Enumerable.Repeat(length, _content.Length)), Is.EqualTo(whole));
    }

    [Test]
    public void Scan_of_a_long_header_finds_the_dimensions_after_the_metadata([Values(0, 1, 600_000)] int length)
    {
        foreach (byte[] image in new[] { SampleImages.Jpeg(20, 10), SampleImages.Png(20, 10), SampleImages.Gif(20, 10), SampleImages.WebP(20, 10), SampleImages.Avif(20, 10) })
        {
            byte[] content = SampleImages.WithMetadata(image, length);
            ImageFormat format = ImageSniffer.Detect(ImageFormats.Default, content)!;
            format.ReadWhole(content).ShouldBe(20, 10);
            format.ReadPieces(content, lengthKnown: false, Enumerable.Repeat(4096, 1 + (content.Length / 4096))).ShouldBe(20, 10);
        }
    }

    [Test]
    public void ReadHeader_of_a_stated_length_that_is_wrong_does_not_throw([Values(long.MinValue, -1L, 0L, 1L, long.MaxValue)] long length)
    {
        for (int head = 0; head <= _content.Length; head++)
        {
            Assert.That(() => sample.Format.ReadHeader(_content.AsSpan(0, head), contentEnds: false, length), Throws.Nothing);
        }
    }

    [Test]
    public void ReadHeader_of_a_sound_header_allocates_nothing()
    {
        // A collection of garbage empties the pools of buffers, which one header then fills again.
        long least = long.MaxValue;
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 10; i++)
            {
                sample.Format.ReadHeader(_content, contentEnds: true, null);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }

    /// <summary>A part of the content may say less than the whole, and never something else.</summary>
    private void RequireNoOtherFacts(ImageHeaderResult part, string name)
    {
        Assert.That(part.Orientation, Is.Null.Or.EqualTo(sample.Orientation), name);
        Assert.That(part.FrameCount, Is.Null.Or.EqualTo(sample.FrameCount), name);
    }
}
