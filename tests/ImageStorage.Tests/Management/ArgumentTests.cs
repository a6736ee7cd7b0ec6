using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Management;

/// <summary>A programming error of the caller is an <see cref="ArgumentException"/>; input of users that is refused is an <see cref="ImageValidationException"/>.</summary>
public class ArgumentTests
{
    private static readonly byte[] Png = SampleImages.Png();

    private static IEnumerable<TestCaseData> ProgrammingErrors()
    {
        yield return Case("a null stream", storage => storage.SaveAsync("a.png", null!));
        yield return Case("a stream that cannot be read", storage => storage.SaveAsync("a.png", Closed()));
        yield return Case("a null update", storage => storage.UpdateAsync("a.png", null!));
        yield return Case("a null query", storage => storage.ListAsync(null!));
        yield return Case("a null key", storage => storage.GetInfoAsync((string)null!));
        yield return Case("a negative length", storage => storage.SaveBytesAsync("a.png", Png, new SaveOptions { ContentLength = -1 }));
        yield return Case("no limit of a page", storage => storage.ListAsync(new ImageQuery { Limit = 0 }));
        yield return Case("a limit of a page that is too large", storage => storage.ListAsync(new ImageQuery { Limit = ImageQuery.MaxLimit + 1 }));
        yield return Case("an order that is none", storage => storage.ListAsync(new ImageQuery { Order = (ImageOrder)77 }));
        yield return Case("null requests", storage => storage.SaveManyAsync(null!));
        yield return Case("no concurrency", storage => storage.DeleteManyAsync([], new BatchOptions { MaxConcurrency = 0 }));
        yield return Case("a clean-up without a limit", storage => storage.CleanupAsync(new CleanupOptions()));
        yield return Case("a clean-up with a negative limit", storage => storage.CleanupAsync(new CleanupOptions { MaxCount = -1 }));
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        yield return Case("a key", storage => storage.GetInfoAsync("../a.png"));
        yield return Case("a prefix", storage => storage.ListAsync(new ImageQuery { Prefix = "../" }));
        yield return Case("a continuation token", storage => storage.ListAsync(new ImageQuery { ContinuationToken = "x" }));
        yield return Case("the bytes", storage => storage.SaveBytesAsync("a.png", "no image"u8.ToArray()));
        yield return Case("a file name", storage => storage.SaveBytesAsync("a.png", Png, new SaveOptions { FileName = "../x" }));
    }

    [TestCaseSource(nameof(ProgrammingErrors))]
    public void Programming_error_is_an_argument_exception(Func<IImageStorage, Task> call)
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());

        Assert.That(async () => await call(storage), Throws.InstanceOf<ArgumentException>());
    }

    [TestCaseSource(nameof(Refusals))]
    public void Refused_input_is_a_validation_exception(Func<IImageStorage, Task> call)
    {
        using var storage = new ImageStorageManager(new InMemoryImageProvider());

        Assert.That(async () => await call(storage), Throws.TypeOf<ImageValidationException>());
    }

    private static TestCaseData Case(string name, Func<IImageStorage, Task> call) => new TestCaseData(call).SetArgDisplayNames(name);

    private static MemoryStream Closed()
    {
        var stream = new MemoryStream();
        stream.Dispose();
        return stream;
    }
}
