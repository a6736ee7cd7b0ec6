using System.Text.Json;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workload;
using ImageStorage.Providers;

namespace ImageStorage.CrashHarness.Checking;

/// <summary>Compares the documents of a store with their permitted states.</summary>
internal sealed class DocumentCheck(
    OpenStore store,
    List<string> violations,
    Action<string, ItemState> compare,
    Action<string, IEnumerable<KeyValuePair<string, string>>> compareMarks)
{
    public async Task RunAsync(IEnumerable<string> items)
    {
        var listed = await ListAsync();
        var unexpected = new HashSet<string>(listed, StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.StartsWith(ItemNames.Documents, StringComparison.Ordinal)).ToList())
        {
            var name = item[ItemNames.Documents.Length..];
            var isListed = unexpected.Remove(name);
            var seen = await LookAsync(name);
            if (seen.IsThere != isListed)
            {
                violations.Add($"document '{name}' is {(isListed ? "listed and cannot be read" : "there and not listed")}");
            }

            compare(item, seen);
        }

        violations.AddRange(unexpected.Select(name => $"document '{name}' exists, but no operation wrote it"));
        var count = await store.Provider.Documents.GetAsync(SharedNames.CountDocument);
        compareMarks(ItemNames.Counts, count is null ? [] : JsonSerializer.Deserialize<Dictionary<string, string>>(count.Content.Span)!);
    }

    private async Task<List<string>> ListAsync()
    {
        const int Limit = 4;
        var names = new List<string>();
        while (true)
        {
            var page = await store.Provider.Documents.ListAsync(SharedNames.Documents, names.Count == 0 ? default(DocumentName?) : new DocumentName(names[^1]), Limit);
            names.AddRange(page.Select(name => name.Value));
            if (page.Count < Limit)
            {
                return names;
            }
        }
    }

    private async Task<ItemState> LookAsync(string name)
    {
        var document = await store.Provider.Documents.GetAsync(name);
        if (document is null)
        {
            return ItemState.Absent;
        }

        var id = SelfDescribing.IdOf(document.Content.Span) ?? "none";
        if (!document.Content.Span.SequenceEqual(SelfDescribing.Document(id, name)))
        {
            violations.Add($"document '{name}' does not have the bytes of {id}, as it says");
        }

        return new ItemState(id, id);
    }
}
