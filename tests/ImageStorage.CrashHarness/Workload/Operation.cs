using System.Globalization;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>An operation of a worker.</summary>
/// <param name="Id">
/// Unique in a campaign: round, writer and number, such as <c>17-0-5</c>, with <c>~</c> and the length of the payload
/// if the length is not random.
/// </param>
/// <param name="Kind">The kind of the operation.</param>
/// <param name="Target">The key of the image or the name of the document.</param>
/// <param name="Source">The key of the image to copy or to move; null for other operations.</param>
internal sealed record Operation(string Id, OperationKind Kind, string Target, string? Source = null)
{
    /// <summary>
    /// Gets the item that the operation changes. The marks of different writers on a shared item are separate items.
    /// </summary>
    public string Item => Kind switch
    {
        OperationKind.PutDocument or OperationKind.DeleteDocument => Model.ItemNames.Document(Target),
        OperationKind.Mark => Model.ItemNames.Mark(WriterOf(Id)),
        OperationKind.Count => Model.ItemNames.Count(WriterOf(Id)),
        _ => Model.ItemNames.Image(Target),
    };

    public static int WriterOf(string id) => int.Parse(id.Split('-')[1], CultureInfo.InvariantCulture);

    public override string ToString() => $"{Id} {Kind} {Target}{(Source is null ? string.Empty : $" {Source}")}";
}
