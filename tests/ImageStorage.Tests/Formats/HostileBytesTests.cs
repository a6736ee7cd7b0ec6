using System.Globalization;
using ImageStorage.Formats;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Formats;

/// <summary>
/// Hundreds of thousands of damaged images: every content has a result, which does not depend on the split into pieces.
/// A longer campaign: IMAGESTORAGE_FUZZ_ITERATIONS=20000000 dotnet test --filter HostileBytesTests.
/// IMAGESTORAGE_FUZZ_SEED repeats a campaign.
/// </summary>
public sealed class HostileBytesTests
{
    private static readonly int DefaultIterations = TestLength.Of(100_000, 300_000);

    // Headers are at the start. A longer source only makes the copies slower.
    private const int SourceLength = 4096;
    private const int ExactSteps = 16;

    private readonly Dictionary<ImageHeaderState, int> _states = [];

    [Test]
    public void ReadHeader_of_damaged_images_always_answers_and_the_same_however_the_bytes_arrive()
    {
        int seed = Setting("IMAGESTORAGE_FUZZ_SEED") ?? Random.Shared.Next();
        int iterations = Setting("IMAGESTORAGE_FUZZ_ITERATIONS") ?? DefaultIterations;
        TestContext.Out.WriteLine($"IMAGESTORAGE_FUZZ_SEED={seed}, {iterations} iterations");
        var random = new Random(seed);
        var mutator = new ContentMutator(random);
        byte[][] sources = [.. FormatSamples.All.Select(sample => sample.Content).Concat(Corpus.Contents()).Select(content => content[..Math.Min(content.Length, SourceLength)])];

        for (int iteration = 0; iteration < iterations; iteration++)
        {
            Span<byte> content = mutator.Mutate(sources[random.Next(sources.Length)], sources[random.Next(sources.Length)]);
            try
            {
                Check(content, random);
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed {seed}, iteration {iteration}, content {Convert.ToBase64String(content)}: {failure}");
            }
        }

        TestContext.Out.WriteLine(string.Join(", ", _states.Select(pair => $"{pair.Key} {pair.Value}")));
        Assert.That(_states.Keys, Is.EquivalentTo(new[] { ImageHeaderState.Complete, ImageHeaderState.Invalid, ImageHeaderState.Unsupported }), "the mutations should leave some headers sound");
    }

    private void Check(ReadOnlySpan<byte> content, Random random)
    {
        if (ImageSniffer.Detect(ImageFormats.Default, content) is { } format)
        {
            CheckFormat(format, content, random);
        }
        else
        {
            Require(ImageSniffer.Describe(content).Length > 0, "a description is empty");
            CheckFormat(ImageFormats.Default[random.Next(ImageFormats.Default.Count)], content, random);
        }
    }

    private void CheckFormat(ImageFormat format, ReadOnlySpan<byte> content, Random random)
    {
        ImageHeaderResult whole = format.ReadHeader(content, contentEnds: true, null);
        _states[whole.State] = _states.GetValueOrDefault(whole.State) + 1;
        Require(whole.State != ImageHeaderState.NeedMore, "more is asked for than there is");
        Require(whole.State != ImageHeaderState.Complete || whole.Header is { Width: > 0, Height: > 0 }, "a dimension is not positive");
        Require(whole.Orientation is null || Enum.IsDefined(whole.Orientation.Value), "an orientation does not exist");
        Require(whole.FrameCount is null or > 0, "the number of frames is not positive");

        bool lengthKnown = random.Next(2) == 0;
        CheckPieces(format, content, whole, lengthKnown, random);
        int head = random.Next(content.Length + 1);
        for (int step = 0; step <= content.Length; step++)
        {
            ImageHeaderResult part = format.ReadHeader(content[..head], contentEnds: false, lengthKnown ? content.Length : null);
            if (part.State != ImageHeaderState.NeedMore)
            {
                // Later bytes may refuse the content, and never change the header.
                bool isHeader = part.State == ImageHeaderState.Complete;
                bool isRefused = whole.State != ImageHeaderState.Complete;
                Require(isRefused || (isHeader && part.Header == whole.Header && AreFactsOf(part, whole)), $"a head of {head} gives {part}, the whole gives {whole}");
                return;
            }

            Require(part.RequiredLength > head, "more is asked for, but not more");
            Require(!lengthKnown || part.RequiredLength <= content.Length, "more is asked for than there is");
            if (part.RequiredLength > content.Length)
            {
                // A box of size 0 reaches to the end, which is unknown before the end.
                Require(whole.State is ImageHeaderState.Invalid or ImageHeaderState.Unsupported || part.RequiredLength == content.Length + 1, $"a head of {head} needs {part.RequiredLength}, the whole of {content.Length} gives {whole}");
                return;
            }

            // First exactly the required length, then doubled like a real caller: a chain of small parts would need
            // many steps.
            head = (int)Math.Min(content.Length, step < ExactSteps ? part.RequiredLength : Math.Max(part.RequiredLength, 2L * head));
        }

        Require(false, "the header has no end");
    }

    /// <summary>
    /// Feeds the content in random pieces, often of single bytes. The result must be that of the complete content.
    /// </summary>
    private static void CheckPieces(ImageFormat format, ReadOnlySpan<byte> content, ImageHeaderResult whole, bool lengthKnown, Random random)
    {
        var scanned = (ScannedFormat)format;
        HeaderScanner scanner = scanned.Rent(lengthKnown ? content.Length : null);
        int most = random.Next(4) == 0 ? 1 : 1 + random.Next(400);
        for (int at = 0; at < content.Length;)
        {
            int length = Math.Min(1 + random.Next(most), content.Length - at);
            scanner.Feed(content.Slice(at, length));
            at += length;
        }

        scanner.End(content.Length);
        ImageHeaderResult result = scanner.Result;
        scanned.Return(scanner);
        bool isSame = lengthKnown ? result == whole : (result.State, result.Header, result.Largest, result.Orientation, result.FrameCount) == (whole.State, whole.Header, whole.Largest, whole.Orientation, whole.FrameCount);
        bool isRefused = result.State != ImageHeaderState.Complete && whole.State != ImageHeaderState.Complete;
        Require(isSame || (!lengthKnown && isRefused), $"in pieces of up to {most} it gives {result} of {result.Largest}, as a whole {whole} of {whole.Largest}");
    }

    /// <summary>A head may say less than the whole, and never something else.</summary>
    private static bool AreFactsOf(ImageHeaderResult part, ImageHeaderResult whole) =>
        (part.Orientation is null || part.Orientation == whole.Orientation) && (part.FrameCount is null || part.FrameCount == whole.FrameCount);

    private static void Require(bool condition, string failure)
    {
        if (!condition)
        {
            throw new InvalidOperationException(failure);
        }
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value) ? value : null;
}
