using System.Text;
using System.Text.Json;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>Does acts to a store and logs how they end.</summary>
internal sealed class ActPerformer(OpenStore store, AckLog log)
{
    // A writer that loses this often to one other writer is not unlucky.
    private const int MostConflicts = 500;

    public async Task PerformAsync(Act act)
    {
        log.Begin(act);
        try
        {
            var (answer, info) = await DoAsync(act);
            log.Acknowledge(act, answer, info);
        }
        catch (ImageConflictException)
        {
            log.Refuse(act);
        }
        catch (ImageStorageException exception)
        {
            log.Fail(act, exception);
        }
        catch (Exception exception)
        {
            // The boundary: whatever else comes out is a breach of the contract, and the parent must see it.
            log.Fault(act.ToString(), exception);
        }
    }

    private async Task<(bool Answer, ImageInfo? Info)> DoAsync(Act act) => act.Kind switch
    {
        ActKind.Save => (true, await SaveAsync(act, null)),
        ActKind.Race => (true, await SaveAsync(act, IfNoneMatch.Any)),
        ActKind.Update => await UpdateAsync(act),
        ActKind.Delete => (await store.Images.DeleteAsync(act.Target), null),
        ActKind.PutDocument => await PutDocumentAsync(act),
        ActKind.DeleteDocument => (await store.Provider.Documents.DeleteAsync(act.Target), null),
        ActKind.Mark => (true, await MarkAsync(act)),
        ActKind.Count => await CountAsync(act),
        _ => throw new NotSupportedException($"{act.Kind} is no act."),
    };

    private Task<ImageInfo> SaveAsync(Act act, Precondition? precondition) => store.Images.SaveBytesAsync(act.Target, SelfDescribing.Image(act.Id, act.Target), new SaveOptions
    {
        Metadata = new Dictionary<string, string> { [SelfDescribing.ContentName] = act.Id, [SelfDescribing.ActName] = act.Id },
        Precondition = precondition,
    });

    private async Task<(bool Answer, ImageInfo? Info)> UpdateAsync(Act act)
    {
        // Nobody else writes under this key, so what is read here is still there at the update.
        var existing = await store.Images.GetInfoAsync(act.Target);
        try
        {
            return (true, await store.Images.UpdateAsync(act.Target, new ImageUpdate
            {
                Metadata = new Dictionary<string, string> { [SelfDescribing.ContentName] = existing?.Metadata[SelfDescribing.ContentName] ?? string.Empty, [SelfDescribing.ActName] = act.Id },
            }));
        }
        catch (ImageNotFoundException)
        {
            return (false, null);
        }
    }

    private async Task<(bool Answer, ImageInfo? Info)> PutDocumentAsync(Act act)
    {
        await store.Provider.Documents.PutAsync(act.Target, SelfDescribing.Document(act.Id, act.Target));
        return (true, null);
    }

    private async Task<ImageInfo> MarkAsync(Act act)
    {
        for (var attempt = 1; ; attempt++)
        {
            var info = await store.Images.GetInfoAsync(act.Target) ?? throw new InvalidOperationException("The shared image is gone.");
            try
            {
                return await store.Images.UpdateAsync(act.Target, new ImageUpdate
                {
                    Metadata = info.Metadata.SetItem(SharedNames.MarkOf(Act.WriterOf(act.Id)), act.Id),
                    Precondition = new IfMatch(info.ETag),
                });
            }
            catch (ImageConflictException) when (attempt < MostConflicts)
            {
                // Another writer came first: again, on what it left.
            }
        }
    }

    private async Task<(bool Answer, ImageInfo? Info)> CountAsync(Act act)
    {
        for (var attempt = 1; ; attempt++)
        {
            var document = await store.Provider.Documents.GetAsync(act.Target);
            var marks = document is null ? [] : JsonSerializer.Deserialize<SortedDictionary<string, string>>(document.Content.Span)!;
            marks[SharedNames.MarkOf(Act.WriterOf(act.Id))] = act.Id;
            try
            {
                await store.Provider.Documents.PutAsync(act.Target, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(marks)), document?.ETag ?? DocumentETag.None);
                return (true, null);
            }
            catch (ImageConflictException) when (attempt < MostConflicts)
            {
                // Another writer came first: again, on what it left.
            }
        }
    }
}
