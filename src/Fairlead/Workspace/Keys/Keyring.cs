using System.Security.Cryptography;
using System.Text;
using Fairlead.Workspace.Sealing;

namespace Fairlead.Workspace.Keys;

/// <summary>
/// The keys of a workspace: a random data key for every blob and every named use, each wrapped by the master key, which is made with the workspace and kept outside of it.
/// Nothing is read before a key is asked for. Safe for several threads and processes.
/// </summary>
public sealed class Keyring
{
    internal const string FileSource = "file";
    internal const string EnvironmentSource = "environment";
    internal const string ServiceSource = "service";

    private readonly string _folder;
    private readonly Func<KeySettings> _settings;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _named = new(StringComparer.Ordinal);
    private readonly bool _only;
    private MasterKey? _current;
    private MasterKey? _previous;

    internal Keyring(string folder, Func<KeySettings>? settings = null) => (_folder, _settings) = (folder, settings ?? KeySettings.FromEnvironment);

    private Keyring(string folder, MasterKey only) : this(folder) => (_current, _only) = (only, true);

    /// <summary>Keys of a folder that lives as long as the key is remembered: what a search and its child process share.</summary>
    internal static Keyring Temporary(string folder, byte[] key) => new(folder, new MasterKey(key));

    /// <summary>The master key in use; made, and kept outside of the workspace, when there is none yet.</summary>
    /// <exception cref="FaultException">The key can't be found, or it is another one than the workspace is encrypted with.</exception>
    internal MasterKey Master
    {
        get
        {
            lock (_lock)
            {
                if (_current is null)
                {
                    Open();
                }

                return _current!;
            }
        }
    }

    internal byte[] Wrap(ReadOnlySpan<byte> key, string name) => WrappedKey.Wrap(key, name, Master);

    /// <summary>Whether the master key that this process wraps with is still the workspace's: another process may have rotated.</summary>
    /// <remarks>What was wrapped before this was asked, and put in place, either was seen by the rotation or is found here to be old.</remarks>
    internal bool IsCurrent(ReadOnlySpan<byte> wrapped)
    {
        if (_only || KeyState.Read(_folder)?.Key is not { } key || WrappedKey.MasterOf(wrapped) == key)
        {
            return true;
        }

        lock (_lock)
        {
            Open();
        }

        return false;
    }

    /// <summary>Names a value without telling it: the first 32 hexadecimal digits of an HMAC-SHA256 under a key of this workspace. The same value and use, the same name.</summary>
    internal string Pseudonym(string use, string value) => Convert.ToHexStringLower(HMACSHA256.HashData(Named(use), Encoding.UTF8.GetBytes(value)).AsSpan(0, 16));

    /// <summary>The data key that opens <paramref name="name"/>.</summary>
    /// <param name="where">What a fault names.</param>
    /// <exception cref="FaultException">It was changed, or wrapped by a key that is not to be had.</exception>
    internal byte[] Unwrap(ReadOnlySpan<byte> wrapped, string name, string where)
    {
        var wanted = WrappedKey.MasterOf(wrapped) ?? throw new FaultException(where, "The key beside the data is damaged.", "Restore it from a backup (fairlead workspace restore).");
        lock (_lock)
        {
            if (_current?.Id != wanted && _previous?.Id != wanted)
            {
                Open(); // not read yet, or another process has changed the master key
            }

            var master = _current!.Id == wanted ? _current : _previous?.Id == wanted ? _previous
                : throw new FaultException(where, $"It is encrypted with the master key {wanted}; this workspace's is {_current.Id}.", "Give the key that this part was written with, or restore the workspace from a backup.");
            return WrappedKey.Unwrap(wrapped, name, master) ?? throw new FaultException(where, "The key beside the data was changed, or belongs to something else.", "Restore it from a backup (fairlead workspace restore).");
        }
    }

    /// <summary>A key for one use in this workspace (records, look-up, audit), the same ever after; made when first asked for.</summary>
    internal byte[] Named(string use)
    {
        lock (_lock)
        {
            if (_named.TryGetValue(use, out var known))
            {
                return known;
            }

            var path = NamedPath(use);
            _ = Master;
            if (!File.Exists(path))
            {
                using var held = FolderLock.Take(LockPath, "making keys");
                if (!File.Exists(path))
                {
                    var key = SealedFormat.NewKey();
                    do
                    {
                        DurableFile.Write(path, Wrap(key, use));
                    }
                    while (!IsCurrent(File.ReadAllBytes(path))); // the master key was changed meanwhile
                }
            }

            return _named[use] = Unwrap(File.ReadAllBytes(path), use, path);
        }
    }

    /// <summary>Whether <see cref="Named"/> was ever asked for this use.</summary>
    internal bool Has(string use) => File.Exists(NamedPath(use));

    private string LockPath => Path.Combine(_folder, "locks", "keys.lock");

    private string NamedPath(string use) => Path.Combine(_folder, "keys", use + ".key");

    private void Open()
    {
        var settings = _settings();
        var state = KeyState.Read(_folder);
        if (state is null)
        {
            using var held = FolderLock.Take(LockPath, "making keys");
            state = KeyState.Read(_folder) ?? Make(settings);
        }

        _current = Find(state, settings);
        _previous = state.Previous is { } previous
            ? new MasterKey(WrappedKey.Unwrap(Convert.FromBase64String(previous.Wrapped), "previous", _current) ?? throw new FaultException(KeyState.PathIn(_folder), "The key before the last change of keys can't be read.", "Restore the file from a backup of the workspace."))
            : null;
    }

    /// <summary>The pseudonym of a person in the audit: an HMAC under a random key of their own, which <see cref="ForgetSubject"/> ends. Then nobody can tell whose it was, not even who guesses the value and has the master key.</summary>
    internal string SubjectPseudonym(string value)
    {
        var key = Named(SubjectKey(value));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(value)).AsSpan(0, 16));
    }

    /// <summary>Shreds the key of a person's pseudonym.</summary>
    internal void ForgetSubject(string value)
    {
        lock (_lock)
        {
            var use = SubjectKey(value);
            _named.Remove(use);
            if (File.Exists(NamedPath(use)))
            {
                ShreddedFile.Delete(NamedPath(use));
            }
        }
    }

    private string SubjectKey(string value) => "subject-" + Pseudonym("subjects", value);

    /// <summary>Steps 1 and 2 of a rotation (see <see cref="RotateKeys"/>); nothing when one is under way.</summary>
    /// <returns>True when one was under way.</returns>
    internal bool BeginRotation()
    {
        lock (_lock)
        {
            Open();
            var state = KeyState.Read(_folder)!;
            if (state.Previous is not null)
            {
                return true;
            }

            var (settings, old, now) = (_settings(), _current!, MasterKey.New());
            string? wrapped = null;
            if (state.Source == ServiceSource)
            {
                wrapped = (settings.Service ?? throw new FaultException(KeyState.PathIn(_folder), "The workspace's key is with a key service.", "Name it in FAIRLEAD_KEY_SERVICE.")).Wrap(now.Bytes);
            }
            else if (settings.Key is not null)
            {
                now = settings.NewKey is { } text ? Given(text, "FAIRLEAD_NEW_KEY") : throw new FaultException("FAIRLEAD_NEW_KEY", "The key is given in FAIRLEAD_KEY, so the new one must be given too.", "Set FAIRLEAD_NEW_KEY to 32 fresh random bytes as base64; afterwards FAIRLEAD_KEY to the same.");
                if (now.Id == old.Id)
                {
                    throw new FaultException("FAIRLEAD_NEW_KEY", "It is the key that is in use.", "Give 32 fresh random bytes as base64.");
                }
            }
            else
            {
                KeyFile.Write(KeyFile.PathFor(state.Workspace, settings.File), [now, .. KeyFile.Read(KeyFile.PathFor(state.Workspace, settings.File))]);
            }

            (state with { Key = now.Id, Wrapped = wrapped, Previous = new PreviousKey(old.Id, Convert.ToBase64String(WrappedKey.Wrap(old.Bytes, "previous", now))) }).Write(_folder);
            (_current, _previous) = (now, old);
            return false;
        }
    }

    /// <summary>The new and the old master key of the rotation under way.</summary>
    internal (MasterKey Now, MasterKey Before) InRotation()
    {
        lock (_lock)
        {
            return (_current!, _previous ?? throw new InvalidOperationException("No rotation is under way."));
        }
    }

    /// <summary>Steps 4 to 6 of a rotation.</summary>
    /// <param name="forget">Former master keys are overwritten instead of kept.</param>
    /// <returns>How many former keys are kept.</returns>
    /// <exception cref="FaultException">The list of former keys is damaged.</exception>
    internal int EndRotation(bool forget, DateTimeOffset at)
    {
        lock (_lock)
        {
            var (state, path, kept) = (KeyState.Read(_folder)!, FormerKeys.PathIn(_folder), 0);
            if (!forget)
            {
                var former = FormerKeys.Read(_folder).After(_current!, _previous!, at, path);
                former.Write(_folder);
                kept = former.Keys.Count;
            }
            else if (File.Exists(path))
            {
                ShreddedFile.Delete(path);
            }

            (state with { Previous = null }).Replace(_folder);
            _previous = null;
            if (forget && _settings() is { Key: null, File: null } && state.Source != ServiceSource)
            {
                KeyFile.Write(KeyFile.PathFor(state.Workspace, null), _current!); // a file that FAIRLEAD_KEY_FILE names may serve other workspaces: it keeps its other keys
            }

            return kept;
        }
    }

    /// <summary>A master key from before a rotation, by its id; null when none is kept.</summary>
    /// <exception cref="FaultException">The key in use is not to be had, or the list of former keys is damaged.</exception>
    internal MasterKey? Former(string id)
    {
        lock (_lock)
        {
            Open();
            return _current!.Id == id ? _current : _previous?.Id == id ? _previous : FormerKeys.Read(_folder).Find(id, _previous is null ? [_current] : [_current, _previous]);
        }
    }

    private KeyState Make(KeySettings settings)
    {
        var workspace = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var master = settings.Key is { } text ? Given(text) : MasterKey.New();
        var source = settings.Key is not null ? EnvironmentSource : settings.Service is not null ? ServiceSource : FileSource;
        if (source == FileSource)
        {
            var path = KeyFile.PathFor(workspace, settings.File);
            if (KeyFile.Read(path) is [var given, ..])
            {
                master = given; // FAIRLEAD_KEY_FILE names one that is there already
            }
            else
            {
                KeyFile.Write(path, master);
            }
        }

        var state = new KeyState(KeyState.FormatVersion, workspace, master.Id, source, source == ServiceSource ? settings.Service!.Wrap(master.Bytes) : null, null);
        state.Write(_folder);
        return state;
    }

    private MasterKey Find(KeyState state, KeySettings settings)
    {
        var where = KeyState.PathIn(_folder);
        if (settings.Key is { } text)
        {
            // While a rotation is not finished, or just was, both variables may be set: the one that fits is taken.
            return Given(text) is var given && given.Id == state.Key ? given : settings.NewKey is { } next && Given(next, "FAIRLEAD_NEW_KEY") is var coming && coming.Id == state.Key ? coming : throw new FaultException("FAIRLEAD_KEY", $"The workspace {_folder} is encrypted with the key {state.Key}; FAIRLEAD_KEY holds {given.Id}.", "Give the right key, or, if the workspace's key is in a file, unset FAIRLEAD_KEY.");
        }

        if (state.Source == ServiceSource)
        {
            var service = settings.Service ?? throw new FaultException(where, "The workspace's key is with a key service.", "Name it in FAIRLEAD_KEY_SERVICE.");
            var unwrapped = service.Unwrap(state.Wrapped ?? "");
            return unwrapped.Length == SealedFormat.KeyBytes && new MasterKey(unwrapped) is var master && master.Id == state.Key
                ? master
                : throw new FaultException(service.Where, $"The key service answered with another key than {state.Key}, which the workspace is encrypted with.", "Ask the service that wrapped this workspace's key.");
        }

        var path = state.Source == EnvironmentSource && settings.File is null ? null : KeyFile.PathFor(state.Workspace, settings.File);
        if (path is null)
        {
            throw new FaultException(where, $"The workspace is encrypted with the key {state.Key}, which was given in FAIRLEAD_KEY.", "Set FAIRLEAD_KEY to it.");
        }

        var keys = KeyFile.Read(path);
        return keys.FirstOrDefault(key => key.Id == state.Key) ?? throw new FaultException(path, keys.Count == 0
            ? $"The workspace {_folder} is encrypted with the key {state.Key}, and its key file is not there."
            : $"The workspace {_folder} is encrypted with the key {state.Key}; the key file holds {string.Join(", ", keys.Select(key => key.Id))}.", "Put the right key file there, or give the key in FAIRLEAD_KEY. Without the key the data can't be read.");
    }

    private static MasterKey Given(string text, string variable = "FAIRLEAD_KEY") => MasterKey.Parse(text) ?? throw new FaultException(variable, "It does not hold a key.", "Give 32 random bytes as base64 (44 signs), for example from: head -c 32 /dev/urandom | base64");
}
