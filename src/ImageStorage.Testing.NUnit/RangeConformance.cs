using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests ranges: exactly the requested bytes, cut at the end of the image, refused beyond the end.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class RangeConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Length = 300_000;

    private static IEnumerable<TestCaseData> Ranges()
    {
        (ByteRange Range, long Offset, long Length)[] ranges =
        [
            (new(0), 0, Length), (new(0, 1), 0, 1), (new(0, Length), 0, Length), (new(0, Length + 1), 0, Length), (new(0, long.MaxValue), 0, Length),
            (new(1), 1, Length - 1), (new(1, 1), 1, 1), (new(1, long.MaxValue), 1, Length - 1), (new(8, 4), 8, 4), (new(4_095, 2), 4_095, 2), (new(4_096, 4_096), 4_096, 4_096),
            (new(32_767, 2), 32_767, 2), (new(65_535, 2), 65_535, 2), (new(65_536, 65_536), 65_536, 65_536), (new(65_537, 131_071), 65_537, 131_071),
            (new(131_071, 3), 131_071, 3), (new(131_072), 131_072, Length - 131_072), (new(262_143, 2), 262_143, 2), (new(150_000, 100_000), 150_000, 100_000),
            (new(Length - 1), Length - 1, 1), (new(Length - 1, 1), Length - 1, 1), (new(Length - 1, 50), Length - 1, 1), (new(Length - 100, 200), Length - 100, 100),
            (ByteRange.Last(1), Length - 1, 1), (ByteRange.Last(500), Length - 500, 500), (ByteRange.Last(Length), 0, Length), (ByteRange.Last(Length + 7), 0, Length), (ByteRange.Last(long.MaxValue), 0, Length),
        ];
        return ranges.Select(range => new TestCaseData(range.Range, range.Offset, range.Length).SetArgDisplayNames(Describe(range.Range)));
    }

    private static IEnumerable<TestCaseData> BadRanges()
    {
        ByteRange[] ranges = [new(Length), new(Length, 1), new(Length + 1), new(long.MaxValue), new(long.MaxValue, long.MaxValue), new(0, 0), new(0, -1), new(5, long.MinValue), ByteRange.Last(0), ByteRange.Last(-1)];
        return ranges.Select(range => new TestCaseData(range).SetArgDisplayNames(Describe(range)));
    }

    private protected override bool OneStoreForAllTests => true;

    private protected override Task PrepareAsync() => Storage.SaveBytesAsync("a.png", Image(1, Length));

    [TestCaseSource(nameof(Ranges))]
    public async Task Range_gives_exactly_its_bytes(ByteRange range, long offset, long length)
    {
        await using var part = await Storage.GetAsync("a.png", new GetOptions { Range = range });

        using var read = new MemoryStream();
        await part!.Content.CopyToAsync(read);
        Assert.That(part.Range, Is.EqualTo(new ResolvedRange(offset, length)));
        Assert.That(part.Info.Length, Is.EqualTo(Length), "The info must describe the complete image.");
        AssertBytes(read.ToArray(), Image(1, Length).AsSpan((int)offset, (int)length), $"{read.Length} bytes were read; they are not the requested bytes.");
    }

    [TestCaseSource(nameof(BadRanges))]
    public async Task Range_without_bytes_is_refused(ByteRange range) =>
        Assert.That((await AssertFailsAsync<ImageRangeException>("a.png", () => Storage.GetAsync("a.png", new GetOptions { Range = range }))).Length, Is.EqualTo(Length));

    [Test]
    public async Task Range_of_what_is_not_there_is_null()
    {
        await using var image = await Storage.GetAsync("missing.png", new GetOptions { Range = new ByteRange(10, 10) });

        Assert.That(image, Is.Null);
    }

    [Test]
    public async Task No_range_is_the_whole_image()
    {
        await using var image = await Storage.GetAsync("a.png", new GetOptions());

        Assert.That(image!.Range, Is.EqualTo(new ResolvedRange(0, Length)));
    }

    [Test]
    public async Task Range_of_the_expected_version_is_given_and_of_another_a_conflict()
    {
        var info = await Storage.GetInfoAsync("a.png");

        await using var part = await Storage.GetAsync("a.png", new GetOptions { Range = new ByteRange(5, 5), IfMatch = info!.ETag });
        Assert.That(part!.Range.Length, Is.EqualTo(5));
        var conflict = await AssertFailsAsync<ImageConflictException>("a.png", () => Storage.GetAsync("a.png", new GetOptions { Range = new ByteRange(5, 5), IfMatch = new ImageETag("another") }));
        Assert.That(conflict.CurrentETag, Is.EqualTo(info.ETag));
    }

    [Test]
    public async Task Consecutive_ranges_make_the_image()
    {
        var random = new Random(7);
        using var whole = new MemoryStream();
        while (whole.Length < Length)
        {
            await using var part = await Storage.GetAsync("a.png", new GetOptions { Range = new ByteRange(whole.Length, random.Next(1, 60_000)) });
            await part!.Content.CopyToAsync(whole);
        }

        AssertBytes(whole.ToArray(), Image(1, Length));
    }

    [Test]
    public async Task Ranges_read_concurrently_are_right()
    {
        var expected = Image(1, Length);

        await Threads.RunAsync(8, async thread =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20; i++)
            {
                var offset = random.Next(Length);
                var length = random.Next(1, 80_000);
                await using var part = await Storage.GetAsync("a.png", new GetOptions { Range = new ByteRange(offset, length) });
                using var read = new MemoryStream();
                await part!.Content.CopyToAsync(read);
                AssertBytes(read.ToArray(), expected.AsSpan(offset, Math.Min(length, Length - offset)), $"Range {offset}+{length}");
            }
        });
    }

    private static string Describe(ByteRange range) => $"{range.Offset}+{range.Length?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "rest"}";
}
