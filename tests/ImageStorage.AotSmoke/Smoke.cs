using System.Security.Cryptography;
using ImageStorage.Providers;

namespace ImageStorage.AotSmoke;

/// <summary>One pass over what a store can do. A mismatch throws, which ends the program with an exit code that is not 0.</summary>
internal static class Smoke
{
    // 1 x 1 pixel, grey.
    private static readonly byte[] Png = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==");

    public static async Task RunAsync(IImageStorage images, IImageProvider provider)
    {
        ImageKey key = "smoke/pixel.png";
        var saved = await images.SaveBytesAsync(key, Png, new SaveOptions { FileName = "pixel.png", Tags = ["smoke"], Metadata = new Dictionary<string, string> { ["by"] = "aot" } });
        Equal("image/png", saved.ContentType, "content type");
        Equal(new Sha256Digest(SHA256.HashData(Png)), saved.Sha256!.Value, "SHA-256");

        Equal(true, (await images.GetBytesAsync(key)).AsSpan().SequenceEqual(Png), "bytes read back");
        await using (var part = await images.GetAsync(key, new GetOptions { Range = new ByteRange(1, 3) }))
        {
            Equal("PNG", await new StreamReader(part!.Content).ReadToEndAsync(), "range");
        }

        var updated = await images.UpdateAsync(key, new ImageUpdate { Tags = ["smoke", "updated"], Precondition = new IfMatch(saved.ETag) });
        Equal("smoke,updated", string.Join(',', updated.Tags), "tags after the update");
        Equal("aot", updated.Metadata["by"], "metadata after the update");
        await ThrowsAsync<ImageConflictException>(() => images.DeleteAsync(key, new DeleteOptions { Precondition = new IfMatch(saved.ETag) }), "delete of an old version");
        await ThrowsAsync<ImageValidationException>(() => images.SaveBytesAsync("no.png", "no image"u8.ToArray()), "save of a text");

        await images.SaveBytesAsync("smoke/second.png", Png);
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            var page = await images.ListAsync(new ImageQuery { Order = order, Prefix = "smoke/", Limit = 1 });
            var rest = await images.ListAsync(new ImageQuery { Order = order, Prefix = "smoke/", Limit = 1, ContinuationToken = page.ContinuationToken });
            Equal(2, page.Items.Concat(rest.Items).Select(info => info.Key).Distinct().Count(), $"images listed {order}");
        }

        Equal(2L, (await images.GetUsageAsync()).Count, "images in use");
        var results = await images.DeleteManyAsync([key, "smoke/second.png"]);
        Equal(true, results.All(result => result.Existed), "delete of both");
        Equal(true, await images.GetInfoAsync(key) is null, "nothing left");

        await provider.CheckAsync();
        Equal(true, provider.GetAbility<IVerifiableProvider>() is not null, "can verify");
        Equal(true, provider.GetAbility<IStoreLocationProvider>() is not null, "layers pass transparent abilities on");
    }

    /// <summary>Writes and reads the documents of the library, whose JSON has source-generated contracts.</summary>
    public static async Task WriteDocumentsAsync(IImageTransactions transactions, IImageHistory history, IImageStorage withFallback)
    {
        var entry = await history.AppendAsync(new HistoryEntry { Mode = "smoke", Keys = ["smoke/a.png"], Metadata = new Dictionary<string, string> { ["by"] = "aot" } });
        Equal(entry, (await history.ListAsync(new HistoryQuery())).Items.Single(), "entry of the history");
        var result = await transactions.ExecuteAsync([new AppendStep(new HistoryEntry { Mode = "smoke" }), new DeleteStep("smoke/missing.png")]);
        Equal(2, result.Steps.Count, "steps of a transaction");
        Equal(0, (await transactions.ListAsync()).Items.Count, "transactions that are not decided");

        // The first write records the chain.
        await withFallback.SaveBytesAsync("smoke/chain.png", Png);
        Equal(true, await withFallback.GetInfoAsync("smoke/chain.png") is not null, "image of a store with a fallback");
    }

    public static void Equal<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new InvalidOperationException($"AOT smoke: {what}: expected {expected}, got {actual}.");
        }
    }

    public static void Throws<TException>(Action act, string says)
        where TException : Exception
    {
        try
        {
            act();
        }
        catch (TException exception) when (exception.Message.Contains(says, StringComparison.Ordinal))
        {
            return;
        }

        throw new InvalidOperationException($"AOT smoke: expected {typeof(TException).Name} that says {says}.");
    }

    private static async Task ThrowsAsync<TException>(Func<Task> act, string what)
        where TException : Exception
    {
        try
        {
            await act();
        }
        catch (TException)
        {
            return;
        }

        throw new InvalidOperationException($"AOT smoke: {what}: expected {typeof(TException).Name}.");
    }
}
