using ImageStorage.AzureBlob.Tests.Transport;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.AzureBlob.Tests.Requests;

/// <summary>P6: the requests of each operation, as in docs/design/azure-blob.md.</summary>
public class RequestCountTests
{
    private static readonly byte[] Small = SampleImages.OfLength(200_000, 1);
    private static readonly byte[] Large = SampleImages.OfLength(1_200_000, 2);
    private AzureStore _store = null!;

    [SetUp]
    public async Task CreateAsync() => _store = await AzureStore.CreateAsync();

    [TearDown]
    public async Task RemoveAsync() => await _store.DisposeAsync();

    [Test]
    public Task Save_of_a_new_image_is_one_request_and_one_of_the_index() =>
        AssertCostAsync(() => _store.Images.SaveBytesAsync("a.png", Small), "PUT created", "PUT images");

    [Test]
    public async Task Create_only_save_is_as_cheap() =>
        await AssertCostAsync(() => _store.Images.SaveBytesAsync("a.png", Small, new SaveOptions { Precondition = IfNoneMatch.Any }), "PUT created", "PUT images");

    [Test]
    public async Task Save_over_a_known_version_is_two_requests()
    {
        var first = await _store.Images.SaveBytesAsync("a.png", Small);

        await AssertCostAsync(() => _store.Images.SaveBytesAsync("a.png", Small, new SaveOptions { Precondition = new IfMatch(first.ETag) }), "HEAD images", "PUT images");
    }

    [Test]
    public async Task Save_over_an_image_is_three_requests_and_two_of_the_index()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);
        _store.Clock.Advance(TimeSpan.FromSeconds(1));

        await AssertCostAsync(() => _store.Images.SaveBytesAsync("a.png", Small), "DELETE created", "HEAD images", "PUT created", "PUT images", "PUT images");
    }

    [Test]
    public Task Save_of_a_large_image_is_its_blocks_their_hashes_two_commits_a_sweep_entry_and_one_of_the_index() => AssertCostAsync(
        () => _store.Images.SaveBytesAsync("a.png", Large),
        "PUT block payloads", "PUT block payloads", "PUT block payloads", "PUT block payloads", "PUT blocklist payloads", "PUT created", "PUT images", "PUT sweep");

    [Test]
    public async Task Read_is_one_request()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);

        await AssertCostAsync(() => _store.Images.GetBytesAsync("a.png"), "GET images");
    }

    [Test]
    public async Task Read_of_a_range_is_one_request()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);

        await AssertCostAsync(() => ReadRangeAsync(150_000, 100), "GET images");
    }

    [Test]
    public async Task Read_of_a_large_image_is_three_requests()
    {
        await _store.Images.SaveBytesAsync("a.png", Large);

        await AssertCostAsync(() => _store.Images.GetBytesAsync("a.png"), "GET images", "GET payloads", "GET payloads");
        await AssertCostAsync(() => ReadRangeAsync(700_000, 400_000), "GET images", "GET payloads", "GET payloads");
    }

    [Test]
    public async Task Info_is_one_request_also_of_a_missing_image()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);

        await AssertCostAsync(() => _store.Images.GetInfoAsync("a.png"), "HEAD images");
        await AssertCostAsync(() => _store.Images.GetInfoAsync("b.png"), "HEAD images");
    }

    [Test]
    public async Task Update_is_two_requests_and_one_that_repairs_the_index()
    {
        await _store.Images.SaveBytesAsync("a.png", Large);

        await AssertCostAsync(() => _store.Images.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }), "HEAD images", "PUT created", "PUT metadata images");
    }

    [Test]
    public async Task Delete_is_two_requests_and_one_of_the_index()
    {
        await _store.Images.SaveBytesAsync("a.png", Small);

        await AssertCostAsync(() => _store.Images.DeleteAsync("a.png"), "DELETE created", "DELETE images", "HEAD images");
        await AssertCostAsync(() => _store.Images.DeleteAsync("a.png"), "HEAD images");
    }

    [Test]
    public async Task Page_by_key_and_usage_are_one_request()
    {
        await SaveSeveralAsync(12);

        await AssertCostAsync(() => _store.Images.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 5 }), "GET list images");
        await AssertCostAsync(() => _store.Images.GetUsageAsync(), "GET list images");
    }

    [Test]
    public async Task Page_by_time_is_one_request_and_one_for_each_image_and_the_next()
    {
        await SaveSeveralAsync(12);
        var query = new ImageQuery { Limit = 3 };

        await AssertCostAsync(() => _store.Images.ListAsync(query), ["GET list created", .. Enumerable.Repeat("HEAD images", 4)]);
        var token = (await _store.Images.ListAsync(query)).ContinuationToken;
        await AssertCostAsync(() => _store.Images.ListAsync(query with { ContinuationToken = token }), ["GET list created", .. Enumerable.Repeat("HEAD images", 4)]);
    }

    [Test]
    public async Task Documents_cost_one_request_each()
    {
        DocumentETag etag = default;
        await AssertCostAsync(async () => etag = await _store.Provider.Documents.PutAsync("c/a", Small, DocumentETag.None), "PUT documents");
        await AssertCostAsync(() => _store.Provider.Documents.PutAsync("c/a", Small, etag), "PUT documents");
        await AssertCostAsync(() => _store.Provider.Documents.GetAsync("c/a"), "GET documents");
        await AssertCostAsync(() => _store.Provider.Documents.ListAsync("c/"), "GET list documents/c");
        await AssertCostAsync(() => _store.Provider.Documents.DeleteAsync("c/a"), "DELETE documents");
    }

    [Test]
    public async Task First_save_creates_the_container()
    {
        await _store.Raw.DeleteAsync();

        _store.Transport.Clear();
        await _store.Images.SaveBytesAsync("a.png", Small);

        // Both requests of the save may find the container missing and create it.
        Assert.That(_store.Transport.Sent.Count(sent => sent == "PUT container"), Is.InRange(1, 2));
        Assert.That((await _store.Images.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(1));
    }

    private async Task AssertCostAsync(Func<Task> act, params string[] expected)
    {
        _store.Transport.Clear();
        await act();
        Assert.That(_store.Transport.Sorted, Is.EqualTo(expected));
    }

    private async Task ReadRangeAsync(long offset, long length)
    {
        await using var part = await _store.Images.GetAsync("a.png", new GetOptions { Range = new ByteRange(offset, length) });
        await part!.Content.CopyToAsync(Stream.Null);
    }

    private async Task SaveSeveralAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _store.Clock.Advance(TimeSpan.FromSeconds(1));
            await _store.Images.SaveBytesAsync($"{i:00}.png", SampleImages.OfLength(300, i));
        }
    }
}
