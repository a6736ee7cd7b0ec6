using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Validation;

/// <summary>
/// The kind of each rule. The constructor of the exception requires a kind, so every refusal has a kind.
/// </summary>
public class ImageValidationKindTests
{
    private static readonly byte[] Png = SampleImages.Png();

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case(ImageValidationKind.TooLarge, storage => storage.SaveBytesAsync("a.png", SampleImages.OfLength(100_001)));
        yield return Case(ImageValidationKind.TooManyPixels, storage => storage.SaveBytesAsync("a.png", SampleImages.PngClaiming(100_000, 100_000)));
        yield return Case(ImageValidationKind.UnsupportedType, storage => storage.SaveBytesAsync("a.png", "%PDF-1.7"u8.ToArray()));
        yield return Case(ImageValidationKind.TypeMismatch, storage => storage.SaveBytesAsync("a.png", Png, new SaveOptions { ContentType = "image/gif" }));
        yield return Case(ImageValidationKind.NotAnImage, storage => storage.SaveBytesAsync("a.png", Png.AsMemory(0, 20)));
        yield return Case(ImageValidationKind.NotAnImage, storage => storage.SaveBytesAsync("a.png", default));
        yield return Case(ImageValidationKind.LengthMismatch, storage => storage.SaveBytesAsync("a.png", Png, new SaveOptions { ContentLength = 5 }));
        yield return Case(ImageValidationKind.InvalidKey, storage => storage.GetInfoAsync("/a.png"));
        yield return Case(ImageValidationKind.InvalidKey, storage => storage.GetInfoAsync(default));
        yield return Case(ImageValidationKind.InvalidMetadata, storage => storage.SaveBytesAsync("a.png", Png, new SaveOptions { FileName = "../x" }));
        yield return Case(ImageValidationKind.InvalidQuery, storage => storage.ListAsync(new ImageQuery { Prefix = "../" }));
        yield return Case(ImageValidationKind.InvalidQuery, storage => storage.ListAsync(new ImageQuery { ContinuationToken = "x" }));
        yield return Case(ImageValidationKind.InvalidETag, _ => Task.FromResult(new ImageETag("a b")));
        yield return Case(ImageValidationKind.InvalidDocument, _ => Task.FromResult(new DocumentName("no collection")));
    }

    [TestCaseSource(nameof(Refusals))]
    public async Task Refusal_names_the_rule_by_its_kind(ImageValidationKind kind, Func<IImageStorage, Task> call)
    {
        var options = new ImageStorageOptions();
        options.Validation.MaxLength = 100_000;
        using var storage = new ImageStorageManager(new InMemoryImageProvider(), options);
        await storage.SaveBytesAsync("there.png", Png);

        Assert.That(async () => await call(storage), Throws.TypeOf<ImageValidationException>().With.Property(nameof(ImageValidationException.Kind)).EqualTo(kind));
    }

    private static TestCaseData Case(ImageValidationKind kind, Func<IImageStorage, Task> call) => new(kind, call);
}
