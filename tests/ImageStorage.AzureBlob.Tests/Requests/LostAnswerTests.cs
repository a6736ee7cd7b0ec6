using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Requests;

/// <summary>
/// A request may take effect although its response is lost. The client repeats the request, and a precondition that
/// then fails must not be attributed to another writer. P1, P3, P7.
/// </summary>
public class LostAnswerTests
{
    private static readonly byte[] Old = SampleImages.OfLength(5_000, 1);
    private static readonly byte[] Small = SampleImages.OfLength(60_000, 2);
    private static readonly byte[] Large = SampleImages.OfLength(1_200_000, 3);
    private AzureStore _store = null!;

    private static IEnumerable<TestCaseData> Saves()
    {
        foreach (var large in new[] { false, true })
        {
            foreach (var existing in new[] { "none", "none, create only", "any", "expected" })
            {
                foreach (var request in large ? new[] { "PUT block payloads", "PUT blocklist payloads", "PUT sweep", "PUT images", "PUT created" } : ["PUT images", "PUT created"])
                {
                    yield return new TestCaseData(large ? Large : Small, existing, request).SetArgDisplayNames(large ? "large" : "small", existing, request);
                }
            }
        }
    }

    [SetUp]
    public async Task CreateAsync() => _store = await AzureStore.CreateAsync();

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [TestCaseSource(nameof(Saves))]
    public async Task Save_with_one_lost_response_is_acknowledged_once(byte[] image, string existing, string request)
    {
        var options = await PrepareAsync(existing);
        LoseFirst(request, Fate.LoseAnswer);

        var saved = await _store.Images.SaveBytesAsync("a.png", image, options);

        await AssertHoldsAsync(saved, image);
    }

    [TestCaseSource(nameof(Saves))]
    public async Task Save_with_one_lost_request_is_acknowledged(byte[] image, string existing, string request)
    {
        var options = await PrepareAsync(existing);
        LoseFirst(request, Fate.LoseRequest);

        var saved = await _store.Images.SaveBytesAsync("a.png", image, options);

        await AssertHoldsAsync(saved, image);
    }

    // All attempts are lost: the call fails as transient. A lost request has changed nothing; a request with a lost
    // response has taken effect completely.
    [TestCaseSource(nameof(Saves))]
    public async Task Save_with_all_requests_lost_changes_nothing(byte[] image, string existing, string request)
    {
        var options = await PrepareAsync(existing);
        _store.Transport.Script = sent => sent == request ? Fate.LoseRequest : Fate.Pass;
        var indexIsNeeded = request != "PUT created" || existing.StartsWith("none", StringComparison.Ordinal);

        var failure = await FailureOfAsync(() => _store.Images.SaveBytesAsync("a.png", image, options));

        _store.Transport.Script = _ => Fate.Pass;
        if (failure is null)
        {
            // A save over a version with an entry writes no entry.
            Assert.That(indexIsNeeded, Is.False);
            return;
        }

        Assert.That(failure, Is.TypeOf<StorageUnavailableException>().With.Property("IsTransient").True);
        Assert.That(await _store.Images.GetBytesAsync("a.png"), Is.EqualTo(existing.StartsWith("none", StringComparison.Ordinal) ? null : Old));
        await AssertSoundAsync();
    }

    [TestCaseSource(nameof(Saves))]
    public async Task Save_with_all_responses_lost_is_old_or_new_and_complete(byte[] image, string existing, string request)
    {
        var options = await PrepareAsync(existing);
        _store.Transport.Script = sent => sent == request ? Fate.LoseAnswer : Fate.Pass;

        var failure = await FailureOfAsync(() => _store.Images.SaveBytesAsync("a.png", image, options));

        _store.Transport.Script = _ => Fate.Pass;
        Assert.That(failure, Is.Null.Or.TypeOf<StorageUnavailableException>().With.Property("IsTransient").True);
        var found = await _store.Images.GetBytesAsync("a.png");
        if (failure is null)
        {
            Assert.That(found, Is.EqualTo(image));
        }
        else
        {
            Assert.That(found, Is.EqualTo(image).Or.EqualTo(existing.StartsWith("none", StringComparison.Ordinal) ? null : Old));
        }

        await AssertSoundAsync();
    }

    // The first attempt creates the image, with its entry in the index. The repetition is refused, and the image has
    // another ETag by then, so the save fails. The image is not the save's to take out of the index.
    [Test]
    public async Task Failed_save_with_a_lost_response_keeps_the_entry_of_the_image_that_another_writer_has_updated([Values] bool isCancelled)
    {
        await using var other = _store.Open();
        using var cancellation = new CancellationTokenSource();
        ImageInfo? updated = null;
        var attempts = 0;
        _store.Transport.Script = sent =>
        {
            if (sent != "PUT images" || ++attempts > 2)
            {
                return Fate.Pass;
            }

            if (attempts == 1)
            {
                return Fate.LoseAnswer;
            }

            updated = other.UpdateAsync("a.png", new RecordUpdate { Tags = ["x"] }).GetAwaiter().GetResult();
            if (isCancelled)
            {
                cancellation.Cancel();
            }

            return Fate.Pass;
        };

        var failure = Assert.CatchAsync(() => _store.Images.SaveBytesAsync("a.png", Small, new SaveOptions { Precondition = isCancelled ? null : IfNoneMatch.Any }, cancellation.Token));

        Assert.That(failure, isCancelled ? Is.InstanceOf<OperationCanceledException>() : Is.TypeOf<ImageConflictException>());
        await AssertHoldsAsync(updated!, Small);
    }

    [TestCase("PUT metadata images", Fate.LoseAnswer)]
    [TestCase("PUT metadata images", Fate.LoseRequest)]
    [TestCase("HEAD images", Fate.LoseAnswer)]
    [TestCase("PUT created", Fate.LoseAnswer)]
    public async Task Update_survives_a_lost_request(string request, Fate fate)
    {
        var options = await PrepareAsync("expected");
        LoseFirst(request, fate);

        var updated = await _store.Images.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"], Precondition = (IfMatch)options.Precondition! });

        Assert.That(await _store.Images.GetInfoAsync("a.png"), Is.EqualTo(updated));
        await AssertSoundAsync();
    }

    [TestCase("DELETE images", true)]
    [TestCase("DELETE images", false)]
    [TestCase("DELETE created", false)]
    public async Task Delete_with_a_lost_response_returns_true(string request, bool expected)
    {
        var options = await PrepareAsync("expected");
        LoseFirst(request, Fate.LoseAnswer);

        Assert.That(await _store.Images.DeleteAsync("a.png", expected ? new DeleteOptions { Precondition = (IfMatch)options.Precondition! } : null), Is.True);

        Assert.That(await _store.Images.GetInfoAsync("a.png"), Is.Null);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Document_with_a_lost_response_is_written_once(bool isNew)
    {
        var etag = isNew ? DocumentETag.None : await _store.Provider.Documents.PutAsync("c/a", new byte[] { 1 });
        LoseFirst("PUT documents", Fate.LoseAnswer);

        var written = await _store.Provider.Documents.PutAsync("c/a", new byte[] { 2 }, etag);

        Assert.That((await _store.Provider.Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(written));
        LoseFirst("DELETE documents", Fate.LoseAnswer);
        Assert.That(await _store.Provider.Documents.DeleteAsync("c/a", written), Is.True);
    }

    [TestCase("GET images")]
    [TestCase("GET payloads")]
    [TestCase("GET list images")]
    public async Task Read_survives_a_lost_request(string request)
    {
        await _store.Images.SaveBytesAsync("a.png", Large);
        LoseFirst(request, Fate.LoseAnswer);

        Assert.That((await _store.Images.GetBytesAsync("a.png")).AsSpan().SequenceEqual(Large), Is.True);
        Assert.That((await _store.Images.GetUsageAsync()).Count, Is.EqualTo(1));
    }

    private static async Task<Exception?> FailureOfAsync(Func<Task> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (ImageStorageException exception)
        {
            return exception;
        }
    }

    private async Task<SaveOptions> PrepareAsync(string existing)
    {
        var old = existing.StartsWith("none", StringComparison.Ordinal) ? null : await _store.Images.SaveBytesAsync("a.png", Old);
        _store.Clock.Advance(TimeSpan.FromSeconds(1));
        return new SaveOptions { Precondition = existing == "expected" ? new IfMatch(old!.ETag) : existing == "none, create only" ? IfNoneMatch.Any : null };
    }

    private void LoseFirst(string request, Fate fate)
    {
        var left = 1;
        _store.Transport.Script = sent => sent == request && Interlocked.Decrement(ref left) == 0 ? fate : Fate.Pass;
    }

    private async Task AssertHoldsAsync(ImageInfo saved, byte[] image)
    {
        _store.Transport.Script = _ => Fate.Pass;
        Assert.That(await _store.Images.GetInfoAsync("a.png"), Is.EqualTo(saved));
        Assert.That((await _store.Images.GetBytesAsync("a.png")).AsSpan().SequenceEqual(image), Is.True);
        Assert.That((await _store.Images.ListAsync(new ImageQuery())).Items, Is.EqualTo(new[] { saved }));
        await AssertSoundAsync();
    }

    private async Task AssertSoundAsync()
    {
        await foreach (var item in _store.Provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), item.Detail);
        }
    }
}
