using System.Text;
using System.Text.Json;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>Runs operations on a store and logs their outcomes.</summary>
internal sealed class OperationRunner(OpenStore store, AckLog log)
{
    // A writer that loses this often to one other writer does not lose by chance.
    private const int MostConflicts = 500;

    public async Task RunAsync(Operation operation)
    {
        log.Begin(operation);
        try
        {
            var (answer, info) = await DoAsync(operation);
            log.Acknowledge(operation, answer, info);
        }
        catch (ImageConflictException)
        {
            log.Refuse(operation);
        }
        catch (ImageStorageException exception)
        {
            log.Fail(operation, exception);
        }
        catch (Exception exception)
        {
            // The boundary: any other exception breaks the contract, and the parent must see it.
            log.Fault(operation.ToString(), exception);
        }
    }

    private async Task<(bool Answer, ImageInfo? Info)> DoAsync(Operation operation) => operation.Kind switch
    {
        OperationKind.Save => (true, await SaveAsync(operation, null)),
        OperationKind.Race => (true, await SaveAsync(operation, IfNoneMatch.Any)),
        OperationKind.Update => await UpdateAsync(operation),
        OperationKind.Delete => (await store.Images.DeleteAsync(operation.Target), null),
        OperationKind.Copy => (true, await store.Images.CopyAsync(operation.Source!, operation.Target)),
        OperationKind.Move => (true, await store.Images.MoveAsync(operation.Source!, operation.Target)),
        OperationKind.PutDocument => await PutDocumentAsync(operation),
        OperationKind.DeleteDocument => (await store.Provider.Documents.DeleteAsync(operation.Target), null),
        OperationKind.Mark => (true, await MarkAsync(operation)),
        OperationKind.Count => await CountAsync(operation),
        _ => throw new NotSupportedException($"{operation.Kind} is no operation."),
    };

    private Task<ImageInfo> SaveAsync(Operation operation, Precondition? precondition) => store.Images.SaveBytesAsync(operation.Target, SelfDescribing.Image(operation.Id, operation.Target), new SaveOptions
    {
        Metadata = new Dictionary<string, string> { [SelfDescribing.ContentName] = operation.Id, [SelfDescribing.OperationName] = operation.Id, [SelfDescribing.KeyName] = operation.Target },
        Precondition = precondition,
    });

    private async Task<(bool Answer, ImageInfo? Info)> UpdateAsync(Operation operation)
    {
        // No other writer uses this key, so the version is unchanged at the update.
        var existing = await store.Images.GetInfoAsync(operation.Target);
        try
        {
            return (true, await store.Images.UpdateAsync(operation.Target, new ImageUpdate
            {
                Metadata = existing?.Metadata.SetItem(SelfDescribing.OperationName, operation.Id),
            }));
        }
        catch (ImageNotFoundException)
        {
            return (false, null);
        }
    }

    private async Task<(bool Answer, ImageInfo? Info)> PutDocumentAsync(Operation operation)
    {
        await store.Provider.Documents.PutAsync(operation.Target, SelfDescribing.Document(operation.Id, operation.Target));
        return (true, null);
    }

    private async Task<ImageInfo> MarkAsync(Operation operation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var info = await store.Images.GetInfoAsync(operation.Target) ?? throw new InvalidOperationException("The shared image is gone.");
            try
            {
                return await store.Images.UpdateAsync(operation.Target, new ImageUpdate
                {
                    Metadata = info.Metadata.SetItem(SharedNames.MarkOf(Operation.WriterOf(operation.Id)), operation.Id),
                    Precondition = new IfMatch(info.ETag),
                });
            }
            catch (ImageConflictException) when (attempt < MostConflicts)
            {
                // Another writer was faster: try again on its version.
            }
        }
    }

    private async Task<(bool Answer, ImageInfo? Info)> CountAsync(Operation operation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var document = await store.Provider.Documents.GetAsync(operation.Target);
            var marks = document is null ? [] : JsonSerializer.Deserialize<SortedDictionary<string, string>>(document.Content.Span)!;
            marks[SharedNames.MarkOf(Operation.WriterOf(operation.Id))] = operation.Id;
            try
            {
                await store.Provider.Documents.PutAsync(operation.Target, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(marks)), document?.ETag ?? DocumentETag.None);
                return (true, null);
            }
            catch (ImageConflictException) when (attempt < MostConflicts)
            {
                // Another writer was faster: try again on its version.
            }
        }
    }
}
