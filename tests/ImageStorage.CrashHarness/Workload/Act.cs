using System.Globalization;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>One thing that a worker does.</summary>
/// <param name="Id">Unique in a campaign: round, writer and number, such as <c>17-0-5</c>, with the length of the content behind a <c>~</c> where it is not left to chance.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Target">The key of the image or the name of the document.</param>
internal sealed record Act(string Id, ActKind Kind, string Target)
{
    /// <summary>The thing whose state the act changes. The marks of different writers on one shared thing are things of their own.</summary>
    public string Item => Kind switch
    {
        ActKind.PutDocument or ActKind.DeleteDocument => Model.ItemNames.Document(Target),
        ActKind.Mark => Model.ItemNames.Mark(WriterOf(Id)),
        ActKind.Count => Model.ItemNames.Count(WriterOf(Id)),
        _ => Model.ItemNames.Image(Target),
    };

    public static int WriterOf(string id) => int.Parse(id.Split('-')[1], CultureInfo.InvariantCulture);

    public override string ToString() => $"{Id} {Kind} {Target}";
}
