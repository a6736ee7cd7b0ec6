using System.Text;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests P3 and P7: a save that fails throws the right type and changes nothing.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract partial class FailureConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const string New = "some/folder/new.png";
    private const string Old = "some/folder/old.png";

    private static readonly (int Length, int At)[] Moments =
        [(400, 0), (400, 10), (400, 399), (400, 400), (131_073, 131_072), (700_000, 131_072), (700_000, 400_000), (700_000, 699_999), (700_000, 700_000)];

    // Representative: each moment with one of the two keys.
    private static IEnumerable<TestCaseData> Interruptions()
    {
        foreach (var key in new[] { New, Old })
        {
            foreach (var ((length, at), i) in Moments.Select((moment, i) => (moment, i)))
            {
                if (!IsRepresentative || (key == New) == (i % 2 == 0))
                {
                    yield return new TestCaseData(key, length, at);
                }
            }
        }
    }

    // Representative: the library reads the headers, for every provider in the same way.
    private static IEnumerable<string> Formats() => IsRepresentative ? ["jpeg", "avif"] : ["jpeg", "png", "webp", "gif", "avif"];

    private static IEnumerable<TestCaseData> BadImages()
    {
        var png = SampleImages.Png(20, 20);
        (string Name, byte[] Bytes, string Says)[] images =
        [
            ("empty", [], "empty"),
            ("one byte", [0x89], "refused"),
            ("text", Encoding.UTF8.GetBytes("This is no image at all, whatever its name says."), "refused"),
            ("SVG", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>"), "refused"),
            ("HTML", Encoding.UTF8.GetBytes("<!DOCTYPE html><html><script>alert(1)</script></html>"), "refused"),
            ("zeros", new byte[5_000], "refused"),
            ("PNG signature alone", png[..8], "refused"),
            ("PNG header cut short", png[..20], "refused"),
            ("PNG of too many pixels", SampleImages.PngClaiming(100_000, 100_000), "pixels"),
            ("PNG without width", SampleImages.PngClaiming(0, 10), "refused"),
            ("JPEG start alone", SampleImages.Jpeg()[..4], "refused"),
            ("GIF header cut short", SampleImages.Gif()[..7], "refused"),
            ("WebP header cut short", SampleImages.WebP()[..14], "refused"),
            ("AVIF header cut short", SampleImages.Avif()[..20], "refused"),
        ];
        return images.Where(image => !IsRepresentative || image.Name is "empty" or "text" or "zeros" or "PNG of too many pixels" or "AVIF header cut short").Select(image => new TestCaseData(image.Bytes, image.Says).SetArgDisplayNames(image.Name));
    }

    private protected override async Task PrepareAsync()
    {
        await SaveAsync(Old, 1, new SaveOptions { FileName = "old.png", Tags = ["old"], Metadata = new Dictionary<string, string> { ["old"] = "1" } });
        await SaveAsync("some/neighbour.png", 2);
    }

    [TestCaseSource(nameof(Interruptions))]
    public async Task Source_that_throws_is_the_failure_and_changes_nothing(string key, int length, int at)
    {
        var cause = new IOException("The connection was reset.");
        await using var source = new SourceStream(Image(3, length)) { HappensAt = at, Happens = () => throw cause };

        var failure = await AssertRefusedAsync<ImageSourceException>(key, () => Storage.SaveAsync(key, source));

        Assert.That(failure.InnerException, Is.SameAs(cause));
    }

    [TestCaseSource(nameof(Interruptions))]
    public async Task Source_that_ends_before_its_declared_length_is_refused_and_changes_nothing(string key, int length, int at)
    {
        await using var source = new SourceStream(Image(3, length)[..at]);

        var failure = await AssertRefusedAsync<ImageValidationException>(key, () => Storage.SaveAsync(key, source, new SaveOptions { ContentLength = length + 1 }));

        Assert.That(failure.Message, at == 0 ? Is.Not.Empty : Does.Contain($"{length + 1}"));
    }

    [TestCase(New, 400, 399)]
    [TestCase(New, 400, 100)]
    [TestCase(Old, 400, 399)]
    [TestCase(New, 700_000, 699_999)]
    [TestCase(Old, 700_000, 131_072)]
    [TestCase(Old, 700_000, 262_144)]
    public async Task Source_that_continues_after_its_declared_length_is_refused_and_changes_nothing(string key, int length, int declared)
    {
        await using var source = new SourceStream(Image(3, length));

        await AssertRefusedAsync<ImageValidationException>(key, () => Storage.SaveAsync(key, source, new SaveOptions { ContentLength = declared }));
    }

    [TestCase(New, 100_001)]
    [TestCase(Old, 100_001)]
    [TestCase(New, 900_000)]
    [TestCase(Old, 900_000)]
    public async Task Source_that_is_longer_than_allowed_is_refused_and_changes_nothing(string key, int length)
    {
        var limited = StorageOver(Provider, options => options.Validation.MaxLength = 100_000);
        await using var unknown = new SourceStream(Image(3, length));

        var failure = await AssertRefusedAsync<ImageValidationException>(key, () => limited.SaveAsync(key, unknown));
        await AssertRefusedAsync<ImageValidationException>(key, () => limited.SaveBytesAsync(key, Image(3, length)));

        Assert.That(failure.Message, Does.Contain("100000"));
    }

    [TestCaseSource(nameof(BadImages))]
    public async Task Bytes_that_are_no_sound_image_are_refused_and_change_nothing(byte[] bytes, string says)
    {
        foreach (var key in new[] { New, Old })
        {
            await using var source = new SourceStream(bytes);
            var failure = await AssertRefusedAsync<ImageValidationException>(key, () => Storage.SaveAsync(key, source));
            Assert.That(failure.Message, Does.Contain(says));
        }
    }

    [TestCase("image/gif")]
    [TestCase("text/html")]
    [TestCase("image/jpg")]
    [TestCase("image/png\r\nX-Evil: 1")]
    public async Task Declared_type_that_the_bytes_are_not_is_refused_and_changes_nothing(string type)
    {
        var failure = await AssertRefusedAsync<ImageValidationException>(Old, () => SaveAsync(Old, 3, new SaveOptions { ContentType = type }));

        Assert.That(failure.Message, Does.Contain("image/png").And.Not.Contain("\n"));
    }

    [TestCase("IMAGE/PNG; q=1")]
    [TestCase(" image/x-png ")]
    [TestCase("")]
    [TestCase("  ")]
    [TestCase("application/octet-stream")]
    [TestCase("Binary/Octet-Stream; charset=binary")]
    public async Task Declared_type_that_the_bytes_are_or_that_says_nothing_is_taken(string type) =>
        Assert.That((await SaveAsync(New, 3, new SaveOptions { ContentType = type })).ContentType, Is.EqualTo("image/png"));

    [TestCase("image/jpg")]
    [TestCase("image/pjpeg")]
    [TestCase("IMAGE/JPG; charset=utf-8")]
    public async Task Well_known_other_name_of_a_type_is_taken_and_lists_the_images_of_the_type(string type)
    {
        var saved = await Storage.SaveBytesAsync(New, SampleImages.Jpeg(), new SaveOptions { ContentType = type });
        var byTime = await Storage.ListAsync(new ImageQuery { ContentType = type });
        var byKey = await Storage.ListAsync(new ImageQuery { ContentType = type, Order = ImageOrder.KeyAscending });

        Assert.That(saved.ContentType, Is.EqualTo("image/jpeg"));
        Assert.That((byTime.Items.Single(), byKey.Items.Single()), Is.EqualTo((saved, saved)));
        Assert.That((await StorageOver(Provider, options => options.Validation.AllowedContentTypes = [type]).SaveBytesAsync(New, SampleImages.Jpeg())).ContentType, Is.EqualTo("image/jpeg"));
    }

    // The dimensions come long after the bytes that a provider buffers, and so does the refusal.
    [TestCaseSource(nameof(Formats))]
    public async Task Image_with_a_long_header_is_kept_with_its_dimensions(string format)
    {
        var bytes = SampleImages.WithMetadata(Sample(format, 31, 17), 700_000);
        await using var unknown = new SourceStream(bytes);

        var info = await Storage.SaveAsync(New, unknown);
        var again = await Storage.SaveBytesAsync(Old, bytes);

        Assert.That((info.Width, info.Height, info.Length), Is.EqualTo((31, 17, bytes.Length)));
        Assert.That((again.Width, again.Height), Is.EqualTo((31, 17)));
        Assert.That(await Storage.GetInfoAsync(New), Is.EqualTo(info));
        await AssertHoldsAsync(New, bytes);
        await AssertHoldsAsync(Old, bytes);
    }

    [TestCaseSource(nameof(Formats))]
    public async Task Image_that_is_refused_only_after_a_long_header_changes_nothing(string format)
    {
        var bytes = SampleImages.WithMetadata(Sample(format, 31, 17), 700_000);
        var limited = StorageOver(Provider, options => options.Validation.MaxPixels = 31 * 16);
        var shortened = StorageOver(Provider, options => options.Validation.MaxHeaderLength = 600_000);
        foreach (var key in new[] { New, Old })
        {
            await using var unknown = new SourceStream(bytes);
            var failure = await AssertRefusedAsync<ImageValidationException>(key, () => limited.SaveAsync(key, unknown));
            Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.TooManyPixels));
            await AssertRefusedAsync<ImageValidationException>(key, () => limited.SaveBytesAsync(key, bytes));
            failure = await AssertRefusedAsync<ImageValidationException>(key, () => shortened.SaveBytesAsync(key, bytes));
            Assert.That(failure.Message, Does.Contain("Validation.MaxHeaderLength"));

            await using var cut = new SourceStream(bytes[..690_000]);
            failure = await AssertRefusedAsync<ImageValidationException>(key, () => Storage.SaveAsync(key, cut));
            Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.NotAnImage));
        }
    }

    [TestCase(New)]
    [TestCase(Old)]
    public async Task Animation_whose_last_frame_is_too_large_is_refused_and_changes_nothing(string key)
    {
        byte[] first = SampleImages.WithMetadata(SampleImages.Gif(900, 900), 10);
        byte[] bytes = [.. first[..^1], 0x2C, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 2, 2, 0x44, 1, 0, 0x3B];
        await using var unknown = new SourceStream(bytes);

        var failure = await AssertRefusedAsync<ImageValidationException>(key, () => Storage.SaveAsync(key, unknown));
        await AssertRefusedAsync<ImageValidationException>(key, () => Storage.SaveBytesAsync(key, bytes));

        Assert.That((failure.Kind, failure.Message.Contains("65535 x 65535", StringComparison.Ordinal)), Is.EqualTo((ImageValidationKind.TooManyPixels, true)));
        await Storage.SaveBytesAsync(key, first);
        await AssertHoldsAsync(key, first);
    }

    [Test]
    public async Task Type_that_is_not_allowed_is_refused_and_changes_nothing()
    {
        var limited = StorageOver(Provider, options => options.Validation.AllowedContentTypes = ["image/jpeg"]);

        var failure = await AssertRefusedAsync<ImageValidationException>(Old, () => limited.SaveBytesAsync(Old, Image(3)));

        Assert.That(failure.Message, Does.Contain("image/jpeg"));
    }

    [Test]
    public async Task Source_that_was_disposed_is_refused_and_changes_nothing()
    {
        var source = new MemoryStream(Image(3));
        await source.DisposeAsync();
        var before = await StoreSnapshot.TakeAsync(Storage);

        Assert.That(await CaughtAsync(() => Storage.SaveAsync(Old, source)), Is.TypeOf<ArgumentException>());
        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Source_that_was_read_before_is_refused_with_the_remedy()
    {
        using var source = new MemoryStream(Image(3));
        source.Seek(0, SeekOrigin.End);

        var failure = await AssertRefusedAsync<ImageValidationException>(Old, () => Storage.SaveAsync(Old, source));

        Assert.That(failure.Message, Does.Contain("rewind"));
    }

    // The token of another operation: the source was cancelled, not the caller.
    [Test]
    public async Task Source_that_is_cancelled_by_itself_is_a_failure_of_the_source()
    {
        await using var source = new SourceStream(Image(3, 300_000)) { HappensAt = 200_000, Happens = () => throw new OperationCanceledException() };

        await AssertRefusedAsync<ImageSourceException>(Old, () => Storage.SaveAsync(Old, source));
    }

    [TestCase(1_000)]
    [TestCase(600_000)]
    public async Task Content_that_fails_on_its_way_into_the_provider_changes_nothing(int length)
    {
        var bytes = Image(3, length);
        var failure = new ImageSourceException("The source failed.") { Key = Old };
        var before = await StoreSnapshot.TakeAsync(Storage);

        var caught = await CaughtAsync(() => Provider.PutAsync(PutOf(Old, bytes, new PieceContent(bytes, 65_536) { Failure = failure })));

        Assert.That(caught, Is.SameAs(failure));
        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Save_goes_well_after_many_that_failed()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var source = new SourceStream(Image(i, 200_000)) { HappensAt = i * 10_000, Happens = () => throw new IOException("Again.") };
            await CaughtAsync(() => Storage.SaveAsync(Old, source));
        }

        await Storage.SaveBytesAsync(Old, Image(4, 200_000));
        await AssertHoldsAsync(Old, Image(4, 200_000));
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Negative_declared_length_is_refused()
    {
        await using var source = new SourceStream(Image(3));
        var before = await StoreSnapshot.TakeAsync(Storage);

        var failure = await CaughtAsync(() => Storage.SaveAsync(New, source, new SaveOptions { ContentLength = -1 }));

        Assert.That(failure, Is.TypeOf<ArgumentOutOfRangeException>());
        await before.AssertUnchangedAsync(Storage);
    }

    private static byte[] Sample(string format, int width, int height) => format switch
    {
        "jpeg" => SampleImages.Jpeg(width, height),
        "png" => SampleImages.Png(width, height),
        "webp" => SampleImages.WebP(width, height),
        "gif" => SampleImages.Gif(width, height),
        _ => SampleImages.Avif(width, height),
    };

    private async Task<TException> AssertRefusedAsync<TException>(ImageKey key, Func<Task> call)
        where TException : ImageStorageException
    {
        var before = await StoreSnapshot.TakeAsync(Storage);

        var failure = await AssertFailsAsync<TException>(key, call);

        await before.AssertUnchangedAsync(Storage);
        return failure;
    }
}
