using System.Globalization;
using Spectre.Console;

namespace ImageStorage.Tool.Output;

/// <summary>
/// Shows the progress of a long command on a terminal: a count, bytes and their rates. Lines of the result are printed
/// here too, so that they do not run into the progress.
/// </summary>
internal sealed class Activity
{
    private readonly Lock _gate = new();
    private readonly ToolConsole _console;
    private readonly StatusContext? _status;
    private readonly string _what;
    private readonly long _started;
    private long _shown;
    private long _items;
    private long _bytes;
    private long? _total;

    private Activity(ToolConsole console, string what, StatusContext? status)
    {
        _console = console;
        _what = what;
        _status = status;
        _started = console.Clock.GetTimestamp();
    }

    /// <summary>Gets or sets the total number of items; null while the total is not known.</summary>
    public long? Total
    {
        get
        {
            lock (_gate)
            {
                return _total;
            }
        }

        set
        {
            lock (_gate)
            {
                _total = value;
            }
        }
    }

    /// <summary>Gets whether progress is drawn.</summary>
    public bool IsVisible => _status is not null;

    public TimeSpan Elapsed => _console.Clock.GetElapsedTime(_started);

    /// <summary>
    /// Runs a long operation, and shows its progress if <paramref name="visible"/> and if there is a terminal.
    /// </summary>
    public static Task RunAsync(ToolConsole console, string what, bool visible, Func<Activity, Task> work) => visible && console.Terminal is { } terminal
        ? terminal.Status().Spinner(Spinner.Known.Dots).StartAsync(what, status => work(new Activity(console, what, status)))
        : work(new Activity(console, what, null));

    /// <summary>Counts an item.</summary>
    public void Advance(long bytes)
    {
        lock (_gate)
        {
            _items++;
            _bytes += bytes;

            // Ten updates per second are enough for a person.
            if (_status is not null && _console.Clock.GetElapsedTime(_shown) > TimeSpan.FromMilliseconds(100))
            {
                _shown = _console.Clock.GetTimestamp();
                _status.Status = Markup.Escape(DescribeLocked());
            }
        }
    }

    /// <summary>Shows progress that is not a count of items and bytes.</summary>
    public void Show(string progress)
    {
        lock (_gate)
        {
            _status?.Status(Markup.Escape($"{_what}, {progress}"));
        }
    }

    /// <summary>Prints a line of the result.</summary>
    public void WriteLine(string line)
    {
        lock (_gate)
        {
            if (_status is null)
            {
                _console.Out.WriteLine(line);
            }
            else
            {
                // The terminal wraps a long line itself, so that it can be copied as one.
                _console.Terminal!.Write(new Text(line + Environment.NewLine) { Overflow = Overflow.Fold });
            }
        }
    }

    private string DescribeLocked()
    {
        var seconds = Math.Max(Elapsed.TotalSeconds, 0.001);
        var done = string.Create(CultureInfo.InvariantCulture, $"{_what} {_items:N0}{(_total is { } total ? string.Create(CultureInfo.InvariantCulture, $" of {total:N0}") : string.Empty)} ({_items / seconds:N0}/s)");
        var left = _total > _items ? $", {Quantity.Duration(TimeSpan.FromSeconds((_total.Value - _items) * seconds / _items))} left" : string.Empty;
        return $"{done}, {Quantity.Bytes(_bytes)} ({Quantity.Bytes((long)(_bytes / seconds))}/s){left}";
    }
}
